import type { SharedImage } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { FaultInWords } from '../state/explain-error.ts'
import { readPicture } from '../state/fetch-picture.ts'
import { isOfBefore } from './read-anew.ts'

interface Means {
  /** Throws where the service does not give it. */
  ask(url: string): Promise<void>
  save(url: string): void
}

const ofBrowser: Means = {
  ask: (url) => readPicture(pictureUrl({ url }), { method: 'HEAD' }, () => Promise.resolve()),
  save: (url) => saveFrom(pictureUrl({ url }), ''),
}

/**
 * Saves a picture in this size. A browser says nothing of a file that it is refused, so it is asked about first; after a change
 * of the link `renew` gives the picture anew. Throws what is to be said.
 */
export async function saveShared(
  image: SharedImage,
  size: string,
  renew: () => Promise<SharedImage | undefined>,
  { ask, save } = ofBrowser,
): Promise<void> {
  const given = async ({ downloads }: SharedImage) => {
    const url = downloads[size]
    if (url === undefined) throw gone()
    await ask(url)
    save(url)
  }
  try {
    await given(image)
  } catch (fault) {
    if (!isOfBefore(fault)) throw fault
    const now = await renew()
    if (now === undefined) throw gone()
    await given(now).catch((again: unknown) => {
      throw isOfBefore(again) ? gone() : again
    })
  }
}

const gone = () =>
  new FaultInWords(
    t('The photo cannot be downloaded in this size any more. Look at what the link offers now.'),
  )

/** Has the browser save what is there, under this name; the empty one is what the service calls it. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
