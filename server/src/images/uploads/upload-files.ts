import type { Readable } from 'node:stream'
import { Failure, type Folders, isFailure, type RejectedFile, type UploadedImage } from '@rendition/contract'
import type { HoldOwner } from '../../platform/database/port.ts'
import { uploadedView, type ViewContext, viewImage, viewNewImage } from '../library/view.ts'
import { type Came, type CreateDeps, createImage, type NewImageFields } from './create-image.ts'
import { cleanName, refuseLongName } from './names.ts'
import { placeInFolder } from './place-in-folder.ts'
import { checkNotFull } from './quota.ts'
import { type ReceiveDeps, type ReceivedFile, receiveFile } from './receive-file.ts'
import type { UploadPlaces } from './upload-places.ts'

/** Files of one request: received one by one as they come, made into images when the last byte is there. */
export interface UploadSession {
  /**
   * Takes one file; a refused one is remembered and does not end the request. Its folders are those of `path`, or of the
   * name. Throws when the client is gone.
   */
  receive(originalName: string, body: Readable, path?: string): Promise<void>
  /** How many files came, refused ones included. */
  readonly count: number
  /** Makes the images. A single refused file throws its failure. */
  finish(fields: SessionFields): Promise<UploadAnswer>
  /** Hands over the one received file instead; throws its failure, `file_missing`, or `invalid_request` for several. */
  takeOne(): ReceivedFile & { originalName: string }
  /** Removes what was not finished; call it always. */
  close(): Promise<void>
}

/** What is said of all files of a request; without `folders` nothing becomes of the folders in their names. */
export type SessionFields = Omit<NewImageFields, 'originalName' | 'came'> & { folders?: Folders }

export type UploadAnswer = Created | { many: { images: UploadedImage[]; rejected: RejectedFile[] } }

export interface UploadDeps extends ReceiveDeps, CreateDeps {
  holdOwner: HoldOwner
  places: UploadPlaces
}

interface Entry {
  originalName: string
  /** As it was sent, perhaps with folders. */
  path: string
  file: ReceivedFile | null
  failure: Failure | null
}

interface Whose {
  ownerId: string
  placesOf?: string
  came: Came
  images?: number
}

/**
 * Begins to take the files of one account; `view` is how the uploader is shown what came of them.
 * `placesOf` names whose places among the uploads it takes, where that is not the account. `images` is how many more the account
 * is to have room for: none where a file replaces what it has.
 * Throws `overloaded` or `rate_limited` when too many uploads run, of all or of the caller, `quota_exceeded` when the
 * account is full already.
 */
export async function openUpload(
  deps: UploadDeps,
  view: ViewContext,
  { ownerId, placesOf = ownerId, came, images = 1 }: Whose,
  signal: AbortSignal,
  network: string | null,
): Promise<UploadSession> {
  const leave = deps.places.take(placesOf, network)
  try {
    await checkNotFull(deps.db, deps.quota, ownerId, images)
  } catch (error) {
    leave()
    throw error
  }
  const entries: Entry[] = []
  return {
    get count() {
      return entries.length
    },
    async receive(originalName, body, path = originalName) {
      const entry: Entry = {
        originalName: cleanName(originalName),
        path,
        file: null,
        failure: null,
      }
      entries.push(entry)
      try {
        refuseLongName(entry.originalName)
        entry.file = await receiveFile(deps, body, signal, true)
      } catch (error) {
        if (!isFailure(error) || error.status >= 500 || error.code === 'request_timeout') throw error
        entry.failure = error
        // The parser goes on to the next part only when this one is read to its end.
        body.resume()
      }
    },
    async finish(fields) {
      const [first] = entries
      if (first === undefined) throw new Failure('file_missing')
      const settled = await deps.foreground.during(() =>
        settleAll(entries, (entry) => create(deps, view, ownerId, entry, { ...fields, came })),
      )
      const [only, ...more] = settled
      if (only === undefined || more.length > 0) return { many: sortOut(settled) }
      if (only.result.status === 'rejected') throw only.result.reason
      return only.result.value
    },
    takeOne() {
      const [only, ...more] = entries
      if (only === undefined) throw new Failure('file_missing')
      if (more.length > 0) throw new Failure('invalid_request', 'Exactly one file is expected here.')
      if (only.file === null) throw only.failure ?? new Failure('internal')
      const { file } = only
      only.file = null
      return { ...file, originalName: only.originalName }
    },
    async close() {
      leave()
      await Promise.all(entries.map((entry) => entry.file?.draft.discard()))
    },
  }
}

/**
 * Each takes one of the database's ten connections, and those of one account wait for each other at its quota: 45 at
 * once on a busy machine left the last ones, and everybody else, without a connection in time.
 */
const createdAtOnce = 3

interface Settled<T, R> {
  item: T
  result: PromiseSettledResult<R>
}

/** In the order of the items. */
async function settleAll<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<Settled<T, R>[]> {
  const settled: Settled<T, R>[] = []
  const waiting = [...items.entries()]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, item] = next
      const [result] = await Promise.allSettled([work(item)])
      settled[at] = { item, result }
    }
  }
  await Promise.all(Array.from({ length: createdAtOnce }, worker))
  return settled
}

interface Created {
  one: UploadedImage
  /** Its bytes were there before, as this image. */
  linked: boolean
}

async function create(
  deps: UploadDeps,
  view: ViewContext,
  ownerId: string,
  entry: Entry,
  { folders = 'none', ...fields }: SessionFields & { came: Came },
): Promise<Created> {
  const { file, failure, originalName, path } = entry
  if (file === null) throw failure ?? new Failure('internal')
  const placed = await placeInFolder(deps, ownerId, fields, folders, path)
  const { image, linked } = await createImage(deps, ownerId, file, { ...placed, originalName })
  const shown = linked ? await viewImage(view, deps.db, image) : viewNewImage(view, image)
  return { one: uploadedView(view, image, shown, linked), linked }
}

/** What is wrong with a file is told of that file; what is wrong with us is told when nothing could be taken. */
function sortOut(settled: readonly Settled<Entry, Created>[]): {
  images: UploadedImage[]
  rejected: RejectedFile[]
} {
  const images: UploadedImage[] = []
  const rejected: RejectedFile[] = []
  let ours: unknown
  for (const { item, result } of settled) {
    if (result.status === 'fulfilled') {
      images.push(result.value.one)
      continue
    }
    const failure = isFailure(result.reason) ? result.reason : new Failure('internal')
    if (failure.status >= 500) ours = result.reason
    const { originalName } = item
    rejected.push({ originalName, code: failure.code, detail: failure.detail })
  }
  if (images.length === 0 && ours !== undefined) throw ours
  return { images, rejected }
}
