/** Sides are halved so often at most: an eighth of each is what a hand can still judge colours by. */
const most = 3
/** Of a frame's 16.7 ms; the page has the rest. */
const budgetMs = 8

/**
 * How often the sides of the preview are halved while a hand moves, after a drawing with `level` that took so long: as many
 * pixels as this machine draws in time. A level is a quarter of them.
 */
export function nextLevel(level: number, tookMs: number): number {
  if (tookMs > budgetMs) return Math.min(most, level + Math.ceil(Math.log(tookMs / budgetMs) / Math.log(4)))
  // Not to and fro between two of which one is just too much.
  return level > 0 && tookMs * 6 <= budgetMs ? level - 1 : level
}

/** What a side measures when it is halved so often, as graphics processors round. */
export const halved = (side: number, level: number): number => Math.max(1, side >> level)
