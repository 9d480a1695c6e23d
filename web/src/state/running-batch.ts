/** The batch of edits that was begun here and is not through, whatever is looked at meanwhile. */
export interface RunningBatch {
  subscribe(listener: () => void): () => void
  /** null for none. */
  snapshot(): string | null
  begin(batchId: string): void
  end(): void
}

export function createRunningBatch(): RunningBatch {
  const listeners = new Set<() => void>()
  let running: string | null = null
  const set = (next: string | null): void => {
    running = next
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => running,
    begin: set,
    end: () => set(null),
  }
}
