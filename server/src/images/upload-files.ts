import type { Readable } from 'node:stream'
import { Failure, isFailure, type RejectedFile, type UploadedImage } from '@rendition/contract'
import type { Principal } from '../platform/http/principal.ts'
import { type CreateDeps, createImage, type NewImageFields } from './create-image.ts'
import { checkRoom } from './quota.ts'
import { type ReceiveDeps, type ReceivedFile, receiveFile } from './receive-file.ts'
import { uploadedView, viewImage } from './view.ts'

/** Files of one request: received one by one as they come, made into images when the last byte is there. */
export interface UploadSession {
  /** Takes one file; a refused one is remembered and does not end the request. Throws when the client is gone. */
  receive(originalName: string, body: Readable): Promise<void>
  /** How many files came, refused ones included. */
  readonly count: number
  /** Makes the images. A single refused file throws its failure. */
  finish(fields: Omit<NewImageFields, 'originalName'>): Promise<UploadAnswer>
  /** Hands over the one received file instead; throws its failure, `file_missing`, or `invalid_request` for several. */
  takeOne(): ReceivedFile & { originalName: string }
  /** Removes what was not finished; call it always. */
  close(): Promise<void>
}

export type UploadAnswer =
  | { one: UploadedImage }
  | { many: { images: UploadedImage[]; rejected: RejectedFile[] } }

export interface UploadDeps extends ReceiveDeps, CreateDeps {
  /** Requests being received in this process, bounded by `maxUploads`. */
  gate: { running: number; readonly max: number }
}

interface Entry {
  originalName: string
  file: ReceivedFile | null
  failure: Failure | null
}

/** Longer names are refused, not cut. */
const longestName = 255

/** Throws `overloaded` when too many uploads run, `quota_exceeded` when the account is full already. */
export async function openUpload(
  deps: UploadDeps,
  principal: Principal,
  signal: AbortSignal,
): Promise<UploadSession> {
  if (deps.gate.running >= deps.gate.max) {
    throw new Failure('overloaded', 'Too many uploads are running.', { retryAfter: 2 })
  }
  await checkRoom(deps.db, deps.quota, principal.userId)
  deps.gate.running += 1
  const entries: Entry[] = []
  let closed = false
  return {
    get count() {
      return entries.length
    },
    async receive(originalName, body) {
      const entry: Entry = { originalName: cleanName(originalName), file: null, failure: null }
      entries.push(entry)
      try {
        if (entry.originalName.length > longestName) throw nameTooLong()
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
      const settled = await Promise.allSettled(
        entries.map((entry) => create(deps, principal.userId, entry, fields)),
      )
      if (entries.length === 1) {
        const [only] = settled
        if (only?.status !== 'fulfilled') throw only?.reason
        return { one: only.value }
      }
      return { many: sortOut(entries, settled) }
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
      if (closed) return
      closed = true
      deps.gate.running -= 1
      await Promise.all(entries.map((entry) => entry.file?.draft.discard()))
    },
  }
}

async function create(
  deps: UploadDeps,
  ownerId: string,
  entry: Entry,
  fields: Omit<NewImageFields, 'originalName'>,
): Promise<UploadedImage> {
  const { file, failure, originalName } = entry
  if (file === null) throw failure ?? new Failure('internal')
  const image = await createImage(deps, ownerId, file, { ...fields, originalName })
  return uploadedView(deps.view, image, await viewImage(deps.view, deps.db, image))
}

/** What is wrong with a file is told of that file; what is wrong with us is told when nothing could be taken. */
function sortOut(
  entries: readonly Entry[],
  settled: readonly PromiseSettledResult<UploadedImage>[],
): { images: UploadedImage[]; rejected: RejectedFile[] } {
  const images: UploadedImage[] = []
  const rejected: RejectedFile[] = []
  let ours: unknown
  for (const [at, result] of settled.entries()) {
    if (result.status === 'fulfilled') {
      images.push(result.value)
      continue
    }
    const failure = isFailure(result.reason) ? result.reason : new Failure('internal')
    if (failure.status >= 500) ours = result.reason
    const originalName = entries[at]?.originalName ?? ''
    rejected.push({ originalName, code: failure.code, detail: failure.detail })
  }
  if (images.length === 0 && ours !== undefined) throw ours
  return { images, rejected }
}

/** The last part of a path, without control characters: what a user would call the file. */
export function cleanName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  // A lone surrogate (Cs) cannot be stored as UTF-8; bidirectional controls make `gpj.exe` look like `exe.jpg`.
  const clean = last.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  return clean === '' ? 'image' : clean
}

function nameTooLong(): Failure {
  const errors = [{ path: 'filename', message: `must have at most ${longestName} characters` }]
  return new Failure('invalid_request', undefined, { errors })
}
