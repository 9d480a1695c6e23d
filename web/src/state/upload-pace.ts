/** So much of the past says how fast it goes: shorter jumps about, longer tells of what was. */
const windowMs = 10_000
/** Before that any number would be chance. */
const leastMs = 1_000

/** How fast bytes go out, over the last seconds. */
export interface UploadPace {
  sent(bytes: number): void
  /** null while it cannot be said. */
  bytesPerSecond(): number | null
  /** It begins anew, after a pause. */
  reset(): void
}

export function createUploadPace(now: () => number = () => performance.now()): UploadPace {
  let marks: { at: number; bytes: number }[] = []
  return {
    sent(bytes) {
      const at = now()
      marks.push({ at, bytes })
      marks = marks.filter((mark) => at - mark.at <= windowMs)
    },
    bytesPerSecond() {
      const [first] = marks
      if (first === undefined) return null
      const span = now() - first.at
      // What the first mark tells of was sent before it.
      const bytes = marks.slice(1).reduce((sum, mark) => sum + mark.bytes, 0)
      return span < leastMs || bytes === 0 ? null : (bytes / span) * 1000
    },
    reset() {
      marks = []
    },
  }
}
