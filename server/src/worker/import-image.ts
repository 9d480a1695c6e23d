import { Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { cleanName, importInputSchema, receiveFile, recordImage, storeThenRecord } from '../images/index.ts'
import { originalKey } from '../platform/storage/key.ts'
import { type Attempt, LeaseLost, type WorkContext } from './context.ts'

/** So many times as long as its head may the body of a picture take: no slow address holds a worker for ever. */
const bodyPatience = 10

/** Fetches a picture from a public address and makes it an image of the job's owner. */
export async function importImage(context: WorkContext, attempt: Attempt): Promise<void> {
  const { outbound, book, config, images } = context
  const { job, signal } = attempt
  const input = importInputSchema.parse(job.input)
  const response = await outbound.fetch(input.url, {
    timeoutMs: config.importTimeoutMs,
    bodyTimeoutMs: bodyPatience * config.importTimeoutMs,
    maxRedirects: 5,
    signal,
    headers: { accept: 'image/*' },
  })
  if (response.status < 200 || response.status > 299 || response.body === null) {
    await response.body?.cancel()
    // 5xx may pass; 404 stays.
    const code = response.status >= 500 || response.status === 429 ? 'fetch_failed' : 'import_refused'
    throw new Failure(code, `The address answered ${response.status}.`)
  }
  const file = await receiveFile(images.intake, Readable.fromWeb(response.body), signal, false)
  attempt.progress(0.8)
  const id = uuidv7()
  await storeThenRecord(images.intake, file, originalKey(id, 1), async (tx, original) => {
    const image = await recordImage(images.intake, tx, id, job.ownerId, original, {
      originalName: input.originalName ?? nameIn(response.url || input.url),
      visibility: input.visibility,
      tags: input.tags,
      webhookUrl: job.webhookUrl,
    })
    const { size, format, width, height, contentType, key } = original
    const result = {
      version: image.version,
      preset: null,
      width,
      height,
      size,
      format,
      contentType,
      storageKey: key,
      etag: `"${original.sha256}"`,
      expiresAt: null,
    }
    if ((await book.complete(tx, job, result, id)) === null) throw new LeaseLost()
  })
}

/** The last part of the address, as a file name. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return cleanName(decodeURIComponent(last)).slice(0, 255)
  } catch {
    return cleanName(last).slice(0, 255)
  }
}
