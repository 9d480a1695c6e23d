import type { UploadBatch, UploadedImage, Visibility } from '@rendition/contract'
import { NetworkError, problemFrom } from './problem.ts'
import type { Transport } from './transport.ts'

export interface UploadOptions {
  /** Overrides the file's own name; needed for a plain Blob. */
  name?: string
  visibility?: Visibility
  tags?: readonly string[]
  /** Bytes sent so far, of the whole body. Only where XMLHttpRequest exists: fetch cannot tell. */
  onProgress?: (sent: number, total: number) => void
  signal?: AbortSignal
}

/** An answer read to its end, from either of the two ways to send. */
interface Answer {
  status: number
  text: string
  header: (name: string) => string | null
}

const path = '/api/images'

/** Sends files as multipart and gives what the service made of them. */
export async function uploadFiles(
  transport: Transport,
  fetchImpl: typeof fetch,
  files: readonly Blob[],
  options: UploadOptions,
): Promise<UploadedImage | UploadBatch> {
  const { onProgress, signal } = options
  const answer = await transport.authorized((credential) => {
    signal?.throwIfAborted()
    const form = formOf(files, options)
    return onProgress !== undefined && typeof XMLHttpRequest !== 'undefined'
      ? sendWithProgress(transport.url(path), form, credential, onProgress, signal)
      : sendPlainly(fetchImpl, transport.url(path), form, credential, signal)
  })
  if (answer.status < 200 || answer.status > 299) {
    throw problemFrom(answer.status, answer.text, answer.header)
  }
  return transport.checked('Upload', JSON.parse(answer.text))
}

/** The fields come before the files, so that a service that streams knows them when the bytes arrive. */
function formOf(files: readonly Blob[], options: UploadOptions): FormData {
  const form = new FormData()
  if (options.visibility !== undefined) form.append('visibility', options.visibility)
  for (const tag of options.tags ?? []) form.append('tags', tag)
  for (const file of files) {
    const name = options.name ?? (file instanceof File ? file.name : 'image')
    form.append('image', file, name)
  }
  return form
}

async function sendPlainly(
  fetchImpl: typeof fetch,
  url: string,
  body: FormData,
  credential: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  try {
    const headers = { accept: 'application/json', ...credential }
    const init: RequestInit = { method: 'POST', headers, body }
    if (signal !== undefined) init.signal = signal
    const response = await fetchImpl(url, init)
    const text = await response.text()
    return { status: response.status, text, header: (name) => response.headers.get(name) }
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new NetworkError('The upload was cut off.', { cause: error })
  }
}

function sendWithProgress(
  url: string,
  body: FormData,
  credential: Record<string, string>,
  onProgress: (sent: number, total: number) => void,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('accept', 'application/json')
    for (const [name, value] of Object.entries(credential)) request.setRequestHeader(name, value)
    const abort = (): void => request.abort()
    signal?.addEventListener('abort', abort, { once: true })
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded, event.total)
    }
    request.onload = () =>
      resolve({
        status: request.status,
        text: request.responseText,
        header: (name) => request.getResponseHeader(name),
      })
    request.onerror = () => reject(new NetworkError('The upload was cut off.'))
    request.onabort = () => reject(signal?.reason ?? new DOMException('Aborted', 'AbortError'))
    request.onloadend = () => signal?.removeEventListener('abort', abort)
    request.send(body)
  })
}
