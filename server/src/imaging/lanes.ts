/** Tasks beside each other, few at a time. */
export interface Lanes {
  /** Settles as soon as the task has begun. Throws what an earlier one failed with. */
  enter(task: () => Promise<void>): Promise<void>
  /** Settles when none runs any more, whatever became of them. */
  settled(): Promise<void>
  /** Throws the first failure, if there was one. */
  check(): void
}

export function createLanes(count: number): Lanes {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | null = null
  const check = (): void => {
    if (failure) throw failure.error
  }
  return {
    check,
    async enter(task) {
      while (running.size >= count) await Promise.race(running)
      check()
      const run = task()
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => running.delete(run))
      running.add(run)
    },
    async settled() {
      await Promise.all(running)
    },
  }
}
