/** How long work really takes, learned from what it took: foreseen milliseconds to those of this machine, now. */
export interface Pace {
  /** What work takes that was foreseen to take so long. Milliseconds. */
  expected(foreseenMs: number): number
  learn(foreseenMs: number, tookMs: number): void
}

/** What the forecast counts for before anything was measured, as foreseen work: some twenty small renditions. */
const weightOfForecast = 500
/** Foreseen work after which what was measured before counts for a third: some hundred small renditions. */
const memoryMs = 3_000

/**
 * A moving average of what took how long against what was foreseen, weighted by the work, so that the sum of a queue is
 * right even where single pictures are not. Pictures of every kind count together: a page is mostly of one kind.
 */
export function createPace(): Pace {
  let foreseen = weightOfForecast
  let took = weightOfForecast
  return {
    expected: (foreseenMs) => (foreseenMs * took) / foreseen,
    learn(foreseenMs, tookMs) {
      if (!(foreseenMs > 0) || !(tookMs > 0)) return
      const fade = Math.exp(-foreseenMs / memoryMs)
      // What one picture says is bounded: a single one that hung for its whole time limit says little of the others.
      const weight = Math.min(foreseenMs, memoryMs)
      foreseen = foreseen * fade + weight
      took = took * fade + weight * Math.min(100, tookMs / foreseenMs)
    },
  }
}
