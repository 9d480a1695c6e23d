import type { Client } from '@rendition/client'
import type { Image } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { FaultInWords } from './explain-error.ts'
import { type GalleryFilter, queryOf } from './filter.ts'

/** What is selected: these images, or all that a list means. */
export interface Chosen {
  images: readonly Image[]
  /** The list that is meant as a whole; null for `images` alone. */
  whole: GalleryFilter | null
}

const pageSize = 200
/** As many as one batch of jobs has, and more than anybody copies URLs of. */
export const mostChosen = 10_000

/** The images themselves, of a whole list those that are not loaded too. */
export async function imagesOf(
  { images, whole }: Chosen,
  client: { images: Pick<Client['images'], 'pages'> },
  signal: AbortSignal,
): Promise<readonly Image[]> {
  if (whole === null) return images
  const all: Image[] = []
  for await (const { items } of client.images.pages({ ...queryOf(whole), limit: pageSize }, { signal })) {
    all.push(...items)
    if (all.length > mostChosen)
      throw new FaultInWords(
        t('This can be done with {most} photos at a time: narrow the list down.', { most: mostChosen }),
      )
  }
  return all
}
