import { isProblem } from '@rendition/client'
import type { SharedImage } from '@rendition/contract'
import { FaultInWords } from '../state/explain-error.ts'
import type { SharedStore } from '../state/shared.ts'

/**
 * Whether a picture's URL may just be of before: every change of what a link gives ends those that it gave, a preset may be gone,
 * and a signature ends by itself.
 */
export const isOfBefore = (fault: unknown): boolean =>
  isProblem(fault) && [400, 403, 404].includes(fault.status)

/** The pictures with URLs that work now; none where the link gives nothing any more, which the page says. */
export async function readAnew(store: SharedStore): Promise<readonly SharedImage[]> {
  await store.refresh()
  const { images, fault } = store.state()
  if (fault !== null) throw new FaultInWords(fault)
  return images
}
