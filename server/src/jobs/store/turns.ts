/**
 * Behind what a job of this owner stands in this lane: the owner's last waiting one, and never before the lane's
 * virtual time. `owner` and `lane` are SQL of this room.
 */
export function lastTurn(owner: string, lane: string): string {
  return `greatest(
    (select value from relay_state s where s.name = ${lane}),
    (select max(p.turn) from jobs p where p.owner_id = ${owner} and p.priority = ${lane} and p.status = 'pending'))`
}
