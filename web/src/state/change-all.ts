import type { Client } from '@rendition/client'
import type { BulkChange } from '@rendition/contract'

/** So many are changed before the answer comes. */
const atOnce = 100

/** What became of a change of many. */
export interface Outcome {
  done: readonly string[]
  /** Why some were not changed; null when all were. */
  fault: unknown
}

/** One request after the other, and none after the first that failed or after the account's end. */
export async function changeAll(
  { images }: { images: Pick<Client['images'], 'changeMany'> },
  ids: readonly string[],
  change: BulkChange,
  ended: AbortSignal,
  keeping?: string,
): Promise<Outcome> {
  const done: string[] = []
  for (let at = 0; at < ids.length && !ended.aborted; at += atOnce) {
    const some = ids.slice(at, at + atOnce)
    try {
      const { refused } = await images.changeMany({ imageIds: some, change, keeping })
      // What is gone already, by another tab, is just as well where it was to go.
      const left = new Set(refused.flatMap(({ imageId, code }) => (code === 'not_found' ? [] : [imageId])))
      done.push(...some.filter((id) => !left.has(id)))
    } catch (fault) {
      return { done, fault }
    }
  }
  return { done, fault: null }
}
