import type { Job, UploadBatch, UploadedImage, Visibility } from '@rendition/contract'
import { NetworkError, problemFrom } from './problem.ts'
import type { Transport } from './transport.ts'

export interface ReplaceOptions {
  /** Overrides the file's own name; needed for a plain Blob. */
  name?: string
  /** Told of the end, signed with the account's secret: `webhooks.renewAccountSecret`. */
  webhookUrl?: string
  /** Bytes sent so far, of the whole body: in browsers by XMLHttpRequest, in Node as they are handed to the connection. */
  onProgress?: (sent: number, total: number) => void
  signal?: AbortSignal
}

export interface UploadOptions extends ReplaceOptions {
  visibility?: Visibility
  tags?: readonly string[]
  /** Whether keywords in the files become tags; as the service is configured without it. */
  keywordsAsTags?: boolean
  /** Of bytes that the account has already: another image, the one that is there, or 409 `duplicate`. */
  duplicates?: 'keep' | 'link' | 'refuse'
  /** What becomes of the folders in a file's name: nothing, an album of that path, or a tag for each. */
  folders?: 'none' | 'album' | 'tags'
}

/** An answer read to its end, from either of the two ways to send. */
interface Answer {
  status: number
  text: string
  header: (name: string) => string | null
}

/** Sends files as multipart to `path` and gives what the service made of them. */
export async function uploadFiles(
  transport: Transport,
  fetchImpl: typeof fetch,
  path: string,
  files: readonly Blob[],
  options: UploadOptions,
): Promise<UploadedImage | UploadBatch> {
  const text = await sendForm(transport, fetchImpl, path, 'image', files, options)
  return transport.checked('Upload', JSON.parse(text))
}

/** Sends a ZIP archive and gives the job that unpacks it. */
export async function uploadArchive(
  transport: Transport,
  fetchImpl: typeof fetch,
  path: string,
  archive: Blob,
  options: UploadOptions,
): Promise<Job> {
  const text = await sendForm(transport, fetchImpl, path, 'archive', [archive], options)
  return transport.checked('Job', JSON.parse(text))
}

async function sendForm(
  transport: Transport,
  fetchImpl: typeof fetch,
  path: string,
  field: 'image' | 'archive',
  files: readonly Blob[],
  options: UploadOptions,
): Promise<string> {
  const { onProgress, signal } = options
  const answer = await transport.authorized((credential) => {
    signal?.throwIfAborted()
    const form = formOf(field, files, options)
    return onProgress !== undefined && typeof XMLHttpRequest !== 'undefined'
      ? sendWithProgress(transport.url(path), form, credential, onProgress, signal)
      : sendByFetch(fetchImpl, transport.url(path), form, credential, options)
  })
  if (answer.status < 200 || answer.status > 299) {
    throw problemFrom(answer.status, answer.text, answer.header)
  }
  return answer.text
}

/** The fields come before the files, so that a service that streams knows them when the bytes arrive. */
function formOf(field: 'image' | 'archive', files: readonly Blob[], options: UploadOptions): FormData {
  const form = new FormData()
  if (options.visibility !== undefined) form.append('visibility', options.visibility)
  for (const tag of options.tags ?? []) form.append('tags', tag)
  if (options.duplicates !== undefined) form.append('duplicates', options.duplicates)
  if (options.keywordsAsTags !== undefined) form.append('keywordsAsTags', String(options.keywordsAsTags))
  if (options.folders !== undefined) form.append('folders', options.folders)
  if (options.webhookUrl !== undefined) form.append('webhookUrl', options.webhookUrl)
  for (const file of files) {
    const name = options.name ?? (file instanceof File ? file.name : field)
    form.append(field, file, name)
  }
  return form
}

async function sendByFetch(
  fetchImpl: typeof fetch,
  url: string,
  form: FormData,
  credential: Record<string, string>,
  { onProgress, signal }: ReplaceOptions,
): Promise<Answer> {
  try {
    const body =
      onProgress !== undefined && inNode ? await counted(form, onProgress) : { body: form, headers: {} }
    const headers = { accept: 'application/json', ...credential, ...body.headers }
    const response = await fetchImpl(url, {
      method: 'POST',
      ...body,
      headers,
      ...(signal === undefined ? {} : { signal }),
    })
    const text = await response.text()
    return { status: response.status, text, header: (name) => response.headers.get(name) }
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new NetworkError('The upload was cut off.', { cause: error })
  }
}

/** Elsewhere fetch streams no body over HTTP/1.1. */
const inNode =
  (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node !== undefined

/** The form as a stream that tells how much of it was taken. */
async function counted(
  form: FormData,
  onProgress: (sent: number, total: number) => void,
): Promise<{ body: ReadableStream<Uint8Array>; headers: Record<string, string>; duplex: 'half' }> {
  // What stands around the files is as long around empty ones.
  const frame = new FormData()
  let total = 0
  for (const [name, value] of form as unknown as Iterable<[string, File | string]>) {
    if (typeof value === 'string') frame.append(name, value)
    else {
      frame.append(name, new File([], value.name, { type: value.type }))
      total += value.size
    }
  }
  total += (await new Response(frame).arrayBuffer()).byteLength
  const encoded = new Response(form)
  let sent = 0
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      sent += chunk.byteLength
      onProgress(sent, total)
      controller.enqueue(chunk)
    },
  })
  return {
    body: (encoded.body as ReadableStream<Uint8Array>).pipeThrough(counter),
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    duplex: 'half',
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
