import type { Database } from '../../src/platform/database/index.ts'

/** An account that does a hundredth of everything, and one whose things others do a hundredth of it to. */
export const [busyActor, busyOwner] = [
  '00000000-0000-7000-9000-000000000001',
  '00000000-0000-7000-9000-00000000ffff',
]
/** Of every entry the one thing that it is about, and of these one of the oldest. */
export const oldTarget = '00000000-0000-7000-a000-000000000007'
/** When the first was written; then one each second. */
export const firstAt = Date.UTC(2026, 0, 1)

const batch = 100_000

/**
 * An audit as a busy installation's is: uploads and jobs most of all, and what is rare, such as a change of presets, a share or an attempt to
 * sign in that failed, among the oldest, where a walk from the newest comes to it last.
 */
export async function fillAudit(db: Database, entries: number): Promise<void> {
  for (let from = 1; from <= entries; from += batch) {
    await db.query(
      `insert into audit (id, at, action, outcome, actor_id, target_id, whose, address, user_agent, request_id, details)
       select (lpad(to_hex(at), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
         to_timestamp(at / 1000.0),
         case when n % 400 = 0 and n <= ${Math.floor(entries / 10)} then
                (array['share.create', 'presets.change', 'user.change', 'session.start'])[1 + (n / 400) % 4]
              when n % 10 < 6 then 'image.create' when n % 10 < 9 then 'job.create' else 'session.start' end,
         case when n % 1600 = 1200 and n <= ${Math.floor(entries / 10)} then 'failure' else 'success' end,
         ('00000000-0000-7000-9000-' || lpad(to_hex(1 + n % 100), 12, '0'))::uuid,
         ('00000000-0000-7000-a000-' || lpad(to_hex(n), 12, '0'))::uuid,
         case when n % 100 = 50 then '${busyOwner}'::uuid end,
         '192.0.2.1', 'a browser', 'request-' || n, jsonb_build_object('via', 'form')
       from (select n, ${firstAt} + n * 1000 as at from generate_series(${from}::bigint, ${Math.min(entries, from + batch - 1)}) n) each`,
    )
  }
  await db.query('vacuum analyze audit')
}
