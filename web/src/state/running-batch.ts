import { newId } from './new-id.ts'

/** What was asked of many photos, with the key by which it is known again. */
export interface AskedOfMany {
  ids: readonly string[]
  idempotencyKey: string
}

/** The batch of edits that was begun here and is not through, whatever is looked at meanwhile. */
export interface RunningBatch {
  subscribe(listener: () => void): () => void
  /** null for none. */
  snapshot(): string | null
  /**
   * How `edit` is asked for. Of one that nobody answered for it is what was asked before: asked for again, each photo has one version more
   * and not two, whatever the list holds by now.
   */
  asking(edit: string, idsOf: () => Promise<readonly string[]>): Promise<AskedOfMany>
  /** What was asked for is answered for, by a batch or by a refusal. */
  begin(batchId: string | null): void
  end(): void
}

export function createRunningBatch(): RunningBatch {
  const listeners = new Set<() => void>()
  let running: string | null = null
  let asked: (AskedOfMany & { edit: string }) | null = null
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
    async asking(edit, idsOf) {
      if (asked?.edit !== edit) asked = { edit, ids: await idsOf(), idempotencyKey: newId() }
      return asked
    },
    begin(batchId) {
      asked = null
      set(batchId)
    },
    end: () => set(null),
  }
}
