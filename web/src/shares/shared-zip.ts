import { isProblem } from '@rendition/client'
import type { SharedImage } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { FaultInWords } from '../state/explain-error.ts'
import { fetchPicture } from '../state/fetch-picture.ts'
import { isOfBefore } from './read-anew.ts'
import { mostZipFiles, type ZipFile, zipOf } from './zip.ts'

/** A browser puts it together in its memory, or on a disk that may be a phone's. */
const mostBytes = 1024 ** 3

/** The largest of the sizes that are offered in which all of them together are not too much; null where there is none. */
export function sizeForAll(images: readonly SharedImage[]): string | null {
  if (images.length > mostZipFiles) return null
  const names = [...new Set(images.flatMap(({ downloads }) => Object.keys(downloads)))]
  const bytesIn = (name: string) =>
    images.reduce((sum, image) => sum + (image.sizes[offered(image, name) ?? '']?.size ?? 0), 0)
  const fitting = names
    .map((name) => ({ name, bytes: bytesIn(name) }))
    .filter(({ bytes }) => bytes <= mostBytes)
  return fitting.toSorted((one, other) => other.bytes - one.bytes)[0]?.name ?? null
}

export const offersNone = (images: readonly SharedImage[]): boolean =>
  images.every(({ downloads }) => Object.keys(downloads).length === 0)

export const tooMuch = (): string =>
  t('All of it together is too much for one file. Download the photos one by one.')

/** This size, or the largest that there is of one that has none by this name. */
function offered({ downloads, sizes }: SharedImage, name: string): string | null {
  if (downloads[name] !== undefined) return name
  const bySize = Object.keys(downloads).toSorted(
    (one, other) => (sizes[other]?.size ?? 0) - (sizes[one]?.size ?? 0),
  )
  return bySize[0] ?? null
}

/**
 * All of them as one archive, with how many did not come: they may have left the share meanwhile. The first that is refused has
 * the list read anew, once, and the others go on by what that says: a change of the share ends every URL that was given before.
 */
export async function zipShared(
  images: readonly SharedImage[],
  { signal, onDone, renew, fetch = fetchShared }: Fetching,
): Promise<{ zip: Blob; missing: number }> {
  let missing = 0
  let fault: unknown = null
  let isAnew = false
  let size = sizeForAll(images)
  let current = new Map(images.map((image) => [image.id, image]))
  const blobOf = async (id: string): Promise<Blob | null> => {
    const image = current.get(id)
    const url = image?.downloads[offered(image, size ?? '') ?? '']
    if (url === undefined) return null
    try {
      return await fetch(url, signal)
    } catch (error) {
      if (isAnew || !isOfBefore(error)) return unlessItIsOver(error)
    }
    isAnew = true
    const anew = await renew()
    signal.throwIfAborted()
    current = new Map(anew.map((image) => [image.id, image]))
    if (anew.every(({ downloads }) => downloads[size ?? ''] === undefined)) size = sizeForAll(anew)
    if (size === null && !offersNone(anew)) throw new FaultInWords(tooMuch())
    return blobOf(id)
  }
  const told = (error: unknown): never => {
    fault = error
    throw error
  }
  async function* files(): AsyncGenerator<ZipFile> {
    for (const [index, { id, name }] of images.entries()) {
      const blob = await blobOf(id).catch(told)
      if (blob === null) missing += 1
      else yield { name: nameOf(name, blob.type), blob }
      onDone(index + 1)
    }
  }
  // A browser keeps it where it has room. Of a stream that fails Chromium says that a fetch did, whatever it was.
  const written = new Response(await zipOf(files())).blob()
  const zip = await written.catch((error: unknown) => {
    throw fault ?? error
  })
  return { zip, missing }
}

const fetchShared = (url: string, signal: AbortSignal): Promise<Blob> =>
  fetchPicture(pictureUrl({ url }), signal)

interface Fetching {
  signal: AbortSignal
  onDone: (count: number) => void
  /** Gives the pictures with URLs that work now. */
  renew: () => Promise<readonly SharedImage[]>
  fetch?: typeof fetchShared
}

/** One that is not given is left out; a line that broke, or a share that ended, breaks off all of it. */
function unlessItIsOver(fault: unknown): null {
  if (isProblem(fault, 'not_found') || isProblem(fault, 'forbidden')) return null
  throw fault
}

const spellings: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' }
const plainly = (extension: string): string => spellings[extension] ?? extension

/** With the extension of what it is, which may be another than that of the file it was made of. */
function nameOf(name: string, type: string): string {
  const extension = plainly(type.replace(/^image\//, ''))
  const named = /\.([^.]{1,5})$/.exec(name)?.[1] ?? ''
  if (plainly(named.toLowerCase()) === extension) return name
  return `${named === '' ? name : name.slice(0, -named.length - 1)}.${extension}`
}
