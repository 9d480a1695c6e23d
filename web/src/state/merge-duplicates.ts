import type { Client } from '@rendition/client'
import type { BulkChange, Image } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { changeAll, type Outcome } from './change-all.ts'
import { FaultInWords, serviceText } from './explain-error.ts'

/** More albums than one photo is in. */
const mostAlbums = 200

type Judged = Pick<Image, 'id' | 'width' | 'height' | 'size' | 'uploadedAt'>

/** The one to keep: the most pixels, then the most bytes of as many, then what was here first. */
export function bestOf<Of extends Judged>(images: readonly Of[]): Of | undefined {
  const pixels = ({ width, height }: Judged) => (width ?? 0) * (height ?? 0)
  return images.toSorted(
    (one, other) =>
      pixels(other) - pixels(one) ||
      other.size - one.size ||
      one.uploadedAt.localeCompare(other.uploadedAt) ||
      one.id.localeCompare(other.id),
  )[0]
}

/** What the kept one takes over; null where it has everything. */
export function takenOver(
  kept: Pick<Image, 'tags' | 'favourite' | 'rating'>,
  others: readonly Pick<Image, 'tags' | 'favourite' | 'rating'>[],
): BulkChange | null {
  const addTags = [...new Set(others.flatMap(({ tags }) => tags))].filter((tag) => !kept.tags.includes(tag))
  const rating = Math.max(kept.rating, ...others.map((other) => other.rating)) as Image['rating']
  const favourite = !kept.favourite && others.some((other) => other.favourite)
  const change: BulkChange = {
    ...(addTags.length > 0 && { addTags }),
    ...(favourite && { favourite }),
    ...(rating > kept.rating && { rating }),
  }
  return Object.keys(change).length === 0 ? null : change
}

/** The same backwards, for a photo that was so before. */
function givenBack(
  { favourite, rating }: Pick<Image, 'favourite' | 'rating'>,
  taken: BulkChange | null,
  albums: Iterable<string>,
): BulkChange[] {
  const marks: BulkChange = {
    ...(taken?.addTags !== undefined && { removeTags: taken.addTags }),
    ...(taken?.favourite !== undefined && { favourite }),
    ...(taken?.rating !== undefined && { rating }),
  }
  const outOfAlbums = [...albums].map((removeFromAlbum): BulkChange => ({ removeFromAlbum }))
  return taken === null ? outOfAlbums : [marks, ...outOfAlbums]
}

/** What became of the others, and what undoes it to the one that was kept. */
export interface Merged extends Outcome {
  undoing: readonly BulkChange[]
}

/**
 * One photo of several that look the same is kept, with the tags, albums, stars and heart of all; the others go to the trash.
 * What fails before that leaves every photo where it is, and is thrown.
 */
export async function mergeDuplicates(
  client: { images: Pick<Client['images'], 'get' | 'changeMany'>; albums: Pick<Client['albums'], 'list'> },
  { id }: Pick<Image, 'id'>,
  others: readonly Image[],
  ended: AbortSignal,
): Promise<Merged> {
  // As it is now: another tab or phone may have moved it to the trash, and all would be there then.
  const kept = await client.images.get(id, { signal: ended })
  if (kept.trashedAt !== null)
    throw new FaultInWords(t('The photo to keep is in the trash by now: restore it, or keep another one.'))
  const put = async (change: BulkChange): Promise<void> => {
    const { refused } = await client.images.changeMany({ imageIds: [kept.id], change }, { signal: ended })
    const [why] = refused
    if (why !== undefined) throw new FaultInWords(serviceText(why.detail) ?? why.detail)
  }
  const albumsOf = async ({ id }: Image) =>
    (await client.albums.list({ imageId: id, limit: mostAlbums }, { signal: ended })).items
  const already = new Set((await albumsOf(kept)).map(({ id }) => id))
  const wanted = new Set<string>()
  for (const other of others) for (const { id } of await albumsOf(other)) if (!already.has(id)) wanted.add(id)
  const change = takenOver(kept, others)
  if (change !== null) await put(change)
  for (const addToAlbum of wanted) await put({ addToAlbum })
  const outcome = await changeAll(
    client,
    others.map((other) => other.id),
    { trash: true },
    ended,
    kept.id,
  )
  return { ...outcome, undoing: givenBack(kept, change, wanted) }
}
