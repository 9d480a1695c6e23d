import type { DirectRequest, DirectUpload, Image, Page, Upload } from '@rendition/contract'
import type { Asking, PageQuery } from './asking.ts'
import { NetworkError, problemFrom } from './problem.ts'
import type { Transport } from './transport.ts'

export interface DirectOptions extends Omit<DirectRequest, 'size' | 'originalName'> {
  /** Overrides the file's own name; needed for a plain Blob. */
  name?: string
  /** Bytes of the parts that are there. */
  onProgress?: (sent: number, total: number) => void
}

/** Uploads that are no images yet. Those by tus are spoken to by its own clients. */
export interface Uploads {
  /** Your unfinished ones, newest first. */
  list(query?: PageQuery, asking?: Asking): Promise<Page<Upload>>
  /**
   * Sends a file to the storage itself, part by part, and gives the image. 409 `conflict` where the service's storage is not
   * S3 or clients cannot reach it; in browsers its bucket must allow the page's origin.
   */
  sendDirect(file: Blob, options?: DirectOptions, asking?: Asking): Promise<Image>
  beginDirect(request: DirectRequest, asking?: Asking): Promise<DirectUpload>
  /** What is missing, with new links. */
  getDirect(id: string, asking?: Asking): Promise<DirectUpload>
  completeDirect(id: string, asking?: Asking): Promise<Image>
  giveUpDirect(id: string, asking?: Asking): Promise<void>
}

const partsAtOnce = 3
/** So often in a row are links asked for anew without any part having come. */
const mostTries = 3

export function createUploads({ json, send }: Transport, fetchImpl: typeof fetch): Uploads {
  const root = '/api/uploads'
  const pathOf = (id: string): string => `${root}/direct/${encodeURIComponent(id)}`
  const beginDirect: Uploads['beginDirect'] = (body, { signal } = {}) =>
    json('DirectUpload', { method: 'POST', path: `${root}/direct`, body, signal })
  const getDirect: Uploads['getDirect'] = (id, { signal } = {}) =>
    json('DirectUpload', { method: 'GET', path: pathOf(id), signal })
  const completeDirect: Uploads['completeDirect'] = (id, { signal } = {}) =>
    json('Image', { method: 'POST', path: `${pathOf(id)}/complete`, signal })

  async function put(url: string, part: Blob, signal: AbortSignal | undefined): Promise<void> {
    const init: RequestInit = { method: 'PUT', body: part, ...(signal === undefined ? {} : { signal }) }
    const answer = await fetchImpl(url, init).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw new NetworkError('The storage could not be reached.', { cause })
    })
    const text = await answer.text()
    if (!answer.ok) throw problemFrom(answer.status, text, (name) => answer.headers.get(name))
  }

  return {
    list: (query, { signal } = {}) => json('UploadPage', { method: 'GET', path: root, query, signal }),
    beginDirect,
    getDirect,
    completeDirect,
    async giveUpDirect(id, { signal } = {}) {
      await send({ method: 'DELETE', path: pathOf(id), signal })
    },
    async sendDirect(file, { name, onProgress, ...said } = {}, asking = {}) {
      const originalName = name ?? (file instanceof File ? file.name : undefined)
      const request = { ...said, size: file.size, ...(originalName === undefined ? {} : { originalName }) }
      let upload = await beginDirect(request, asking)
      for (let tries = 0; upload.parts.length > 0; ) {
        const waiting = [...upload.parts]
        let sent = file.size - waiting.reduce((sum, { size }) => sum + size, 0)
        const worker = async (): Promise<void> => {
          for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
            const from = (part.number - 1) * upload.partSize
            await put(part.url, file.slice(from, from + part.size), asking.signal)
            sent += part.size
            tries = 0
            onProgress?.(sent, file.size)
          }
        }
        const ends = await Promise.allSettled(Array.from({ length: partsAtOnce }, worker))
        const broken = ends.find((end) => end.status === 'rejected')
        if (broken === undefined) break
        asking.signal?.throwIfAborted()
        tries += 1
        if (tries >= mostTries) throw broken.reason
        upload = await getDirect(upload.id, asking)
      }
      return completeDirect(upload.id, asking)
    },
  }
}
