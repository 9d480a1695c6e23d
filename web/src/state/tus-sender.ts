import { type Client, isProblem, NetworkError, problemFrom } from '@rendition/client'
import type { Job } from '@rendition/contract'
import type { Upload } from 'tus-js-client'
import { isArchive, type Unpacked } from './upload.ts'
import type { Sending, UploadSender } from './upload-sender.ts'

/** A smaller file goes with the request that begins it. It starts anew when that breaks, which costs as much as asking. */
const inOneRequest = 1_000_000

/** Sixteen kilobytes that only those load who upload. */
const load = (): Promise<typeof import('tus-js-client')> =>
  import('tus-js-client').catch((cause: unknown) => {
    throw new NetworkError('A part of the page could not be loaded.', { cause })
  })

interface Answer {
  status: number
  text: string
  header(name: string): string | null
}

/** Sends by tus, so that a file goes on where it was after anything. */
export function createTusSender(client: Client, endpoint: string): UploadSender {
  return {
    async send(file, sending) {
      const tus = await load()
      let { url } = sending
      const onUrl = (begun: string): void => {
        url = begun
        sending.onUrl(begun)
      }
      const answer = await client.auth.authorized((headers) => {
        sending.signal.throwIfAborted()
        return attempt(tus.Upload, endpoint, file, headers, { ...sending, url, onUrl })
      })
      const jobId = answer.header('x-job-id')
      if (isArchive(file) && answer.status <= 299 && jobId !== null) {
        sending.onUnpacking?.()
        return unpackedBy(await client.jobs.settled(jobId, { signal: sending.signal }))
      }
      const imageId = imageIn(answer)
      return client.images.get(imageId, { signal: sending.signal })
    },

    async fetchFrom(address, { signal, url, onUrl }) {
      // Answered for in any case: what nobody knows of cannot be cancelled.
      const id = await fetchedBy(client, address, url)
      onUrl(id)
      // Whoever looks no longer wants it no longer; one that has ended says so, and nobody is to hear of it.
      const cancel = (): void => void client.jobs.cancel(id).catch(() => undefined)
      if (signal.aborted) cancel()
      signal.throwIfAborted()
      signal.addEventListener('abort', cancel, { once: true })
      const { status, imageId, errorMessage } = await client.jobs.settled(id, { signal })
      if (status !== 'complete' || imageId === null) throw new Error(errorMessage ?? undefined)
      return client.images.get(imageId, { signal })
    },

    async stopFetching(id) {
      await client.jobs.cancel(id)
    },

    async giveUp(url) {
      const tus = await load()
      await client.auth.authorized((headers) =>
        tus.Upload.terminate(url, { headers, retryDelays: [] }).then(
          () => ({ status: 204 }),
          (error: unknown) => ({ status: answerOf(error)?.status ?? 0 }),
        ),
      )
    },
  }
}

/** The job that fetches it. One from before goes on: asked for anew, the picture would come twice. Unless it came to nothing. */
async function fetchedBy({ images, jobs }: Client, address: string, begun: string | null): Promise<string> {
  const before = begun === null ? null : await unlessGone(jobs.get(begun))
  if (before !== null && before.status !== 'failed' && before.status !== 'cancelled') return before.id
  return (await images.importUrl({ url: address })).id
}

const unlessGone = (asked: Promise<Job>): Promise<Job | null> =>
  asked.catch((error: unknown) => {
    if (isProblem(error, 'not_found')) return null
    throw error
  })

/** One file of a guest's, by what the share gave; throws what broke it off, and goes on at `url`. */
export async function sendAsGuest(
  endpoint: string,
  file: File,
  headers: Record<string, string>,
  sending: Sending,
): Promise<void> {
  const tus = await load()
  imageIn(await attempt(tus.Upload, endpoint, file, headers, sending))
}

function unpackedBy({ status, result, errorMessage }: Job): Unpacked {
  if (status !== 'complete' || result?.counts == null) throw new Error(errorMessage ?? undefined)
  return { made: result.counts.changed, refused: result.counts.refused, rejected: result.rejected ?? [] }
}

/** The image that it became; throws what it was answered with instead. */
function imageIn({ status, text, header }: Answer): string {
  const imageId = header('x-image-id')
  if (status > 299 || imageId === null) throw problemFrom(status, text, header)
  return imageId
}

/** Until an answer ends it; whoever asked decides whether and when it goes on. */
function attempt(
  Tus: typeof Upload,
  endpoint: string,
  file: File,
  headers: Record<string, string>,
  { signal, onProgress, folder, url, onUrl }: Sending,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const upload = new Tus(file, {
      endpoint,
      uploadUrl: url,
      headers,
      metadata: {
        filename: file.name,
        filetype: file.type,
        ...(folder === null ? {} : { relativePath: folder.path, folders: folder.folders }),
        ...(isArchive(file) ? { unpack: 'true' } : {}),
      },
      uploadDataDuringCreation: file.size <= inOneRequest,
      retryDelays: [],
      storeFingerprintForResuming: false,
      onProgress: (sent, total) => onProgress(sent, total ?? file.size),
      onAfterResponse(request, response) {
        const status = response.getStatus()
        // The library would begin anew whatever the question where it goes on was answered.
        if (request.getMethod() !== 'HEAD' || !isNoWord(status)) return
        resolve(readable(response))
        throw new Error(`nothing was said of the upload: ${status}`)
      },
      onUploadUrlAvailable() {
        if (upload.url !== null) onUrl(upload.url)
      },
      onError(error) {
        const answer = answerOf(error)
        if (answer === null) reject(new NetworkError('The upload was cut off.', { cause: error }))
        else resolve(answer)
      },
      onSuccess: ({ lastResponse }) => resolve(readable(lastResponse)),
    })
    signal.addEventListener(
      'abort',
      () => {
        void upload.abort()
        reject(signal.reason)
      },
      { once: true },
    )
    upload.start()
  })
}

/** Says nothing of an upload: to be asked again, with another credential or later. A refusal is heard by sending it anew. */
const isNoWord = (status: number): boolean => status === 401 || status === 429 || status >= 500

interface Response {
  getStatus(): number
  getHeader(name: string): string | undefined
  getBody(): string
}

const readable = (response: Response): Answer => ({
  status: response.getStatus(),
  text: response.getBody(),
  header: (name) => response.getHeader(name) ?? null,
})

/** What the library's error was answered with; null where nothing answered. */
function answerOf(error: unknown): Answer | null {
  const response = (error as { originalResponse?: Response | null }).originalResponse ?? null
  return response === null ? null : readable(response)
}
