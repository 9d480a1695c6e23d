import type {
  Explanation,
  FocalPoint,
  Image,
  ImageStatus,
  ImageStatusView,
  Page,
  UploadBatch,
  UploadedImage,
  Visibility,
} from '@rendition/contract'
import { backoff, sleep } from './backoff.ts'
import { isProblem, NetworkError } from './problem.ts'
import type { Transport } from './transport.ts'
import { type UploadOptions, uploadFiles } from './upload.ts'
import type { PictureParameters } from './url.ts'

export interface ImageQuery {
  /** Items a page, 1 to 200. */
  limit?: number
  cursor?: string
  status?: ImageStatus
  visibility?: Visibility
  tag?: string
  /** A part of the name. */
  q?: string
  sort?: 'newest' | 'oldest' | 'name' | 'size'
}

export interface ImageChange {
  originalName?: string
  tags?: readonly string[]
  visibility?: Visibility
  focalPoint?: FocalPoint | null
  altText?: string | null
}

export interface Asking {
  signal?: AbortSignal
}

export interface Images {
  /** Sends one file. 413, 415 and 422 say why it was not taken. */
  upload(file: Blob, options?: UploadOptions): Promise<UploadedImage>
  /** Sends several files in one request; those not taken are listed beside those that were. */
  uploadMany(files: readonly Blob[], options?: Omit<UploadOptions, 'name'>): Promise<UploadBatch>
  /** One page, newest first unless sorted otherwise. */
  list(query?: ImageQuery, asking?: Asking): Promise<Page<Image>>
  /** All pages, one after the other, each fetched when it is asked for. */
  pages(query?: ImageQuery, asking?: Asking): AsyncGenerator<Page<Image>, void, void>
  get(id: string, asking?: Asking): Promise<Image>
  status(id: string, asking?: Asking): Promise<ImageStatusView>
  patch(id: string, change: ImageChange, asking?: Asking): Promise<Image>
  /** How a picture's URL with these parameters is understood; its `url` is signed where the caller may have that. */
  explain(id: string, parameters: PictureParameters, asking?: Asking): Promise<Explanation>
  /** Gone for good, with every rendition. */
  remove(id: string, asking?: Asking): Promise<void>
  /** Polls with growing pauses until the renditions are made or have failed, and gives the image. */
  settled(id: string, asking?: Asking): Promise<Image>
}

export function createImages(transport: Transport, fetchImpl: typeof fetch): Images {
  const pathOf = (id: string): string => `/api/images/${encodeURIComponent(id)}`
  const { json } = transport

  const get: Images['get'] = (id, { signal } = {}) =>
    json('Image', { method: 'GET', path: pathOf(id), signal })
  const status: Images['status'] = (id, { signal } = {}) =>
    json('ImageStatus', { method: 'GET', path: `${pathOf(id)}/status`, signal })
  const list: Images['list'] = (query, { signal } = {}) =>
    json('ImagePage', { method: 'GET', path: '/api/images', query, signal })

  return {
    async upload(file, options = {}) {
      const answer = await uploadFiles(transport, fetchImpl, [file], options)
      if ('images' in answer) throw new TypeError('One file was sent and several were answered.')
      return answer
    },
    async uploadMany(files, options = {}) {
      const answer = await uploadFiles(transport, fetchImpl, files, options)
      return 'images' in answer ? answer : { images: [answer], rejected: [] }
    },
    list,
    async *pages(query = {}, asking = {}) {
      let cursor = query.cursor
      do {
        const page = await list(cursor === undefined ? query : { ...query, cursor }, asking)
        yield page
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
    get,
    status,
    patch: (id, body, { signal } = {}) => json('Image', { method: 'PATCH', path: pathOf(id), body, signal }),
    explain: (id, query, { signal } = {}) =>
      json('Explanation', { method: 'GET', path: `${pathOf(id)}/explain`, query, signal }),
    async remove(id, { signal } = {}) {
      await transport.send({ method: 'DELETE', path: pathOf(id), signal })
    },
    async settled(id, asking = {}) {
      for (let attempt = 0; ; attempt++) {
        try {
          const { status: now } = await status(id, asking)
          if (now === 'complete' || now === 'failed') return await get(id, asking)
        } catch (error) {
          const passing =
            error instanceof NetworkError ||
            (isProblem(error) && (error.status === 429 || error.status >= 500))
          if (!passing) throw error
        }
        await sleep(backoff(attempt, { firstMs: 250, mostMs: 10_000 }), asking.signal)
      }
    },
  }
}
