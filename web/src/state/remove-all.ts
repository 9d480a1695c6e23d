import { type Client, isProblem, NetworkError } from '@rendition/client'

/** Requests at once when many are deleted. */
const atOnce = 4

/** What became of a deletion. */
export interface Removal {
  gone: ReadonlySet<string>
  /** Why some were not deleted; null when all were. */
  fault: unknown
}

/** Some at once, and none after the first that no network carried or after the account's end. */
export async function removeAll(
  { images }: { images: Pick<Client['images'], 'remove'> },
  ids: readonly string[],
  ended: AbortSignal,
): Promise<Removal> {
  const gone = new Set<string>()
  let fault: unknown = null
  const left = [...ids]
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined && !ended.aborted; id = left.pop()) {
      try {
        await images.remove(id)
        gone.add(id)
      } catch (error) {
        // Gone already, by another tab: just as well.
        if (isProblem(error, 'not_found')) gone.add(id)
        else fault = error
        // It would be no other with the rest, and nothing is tried behind anybody's back later.
        if (error instanceof NetworkError) left.length = 0
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { gone, fault }
}
