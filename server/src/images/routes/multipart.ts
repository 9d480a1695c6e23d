import { Failure, type Fault, tagsSchema, visibilitySchema } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { checkWebhookUrl } from '../../jobs/index.ts'
import type { NewImageFields } from '../create-image.ts'
import type { UploadSession } from '../upload-files.ts'

/** Enough for 50 tags and a webhook address; longer fields are refused, not cut. */
const fieldBytes = 16 * 1024
const mostFields = 100

export type UploadFields = Omit<NewImageFields, 'originalName'>

/** Aborts when the client goes away before its body has come. */
export function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (!request.raw.complete) gone.abort()
  })
  return gone.signal
}

/**
 * Reads a multipart body: every file, under whatever field name, goes to the session as it comes; the known fields
 * are read from wherever they stand. Throws `file_missing` for another kind of body, `invalid_request` for a broken
 * one or a wrong field.
 */
export async function readMultipart(
  request: FastifyRequest,
  session: UploadSession,
  limits: { maxFiles: number; maxRequestBytes: number },
): Promise<UploadFields> {
  if (!request.isMultipart()) throw new Failure('file_missing', 'Send the file as multipart/form-data.')
  if (Number(request.headers['content-length'] ?? 0) > limits.maxRequestBytes) throw tooLarge(limits)
  let bytes = 0
  request.raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limits.maxRequestBytes) request.raw.destroy(tooLarge(limits))
  })
  const texts = new Map<string, string[]>()
  try {
    const parts = request.parts({
      // The size of one file is counted while it is received, so that its failure is that file's alone.
      limits: {
        fileSize: Number.MAX_SAFE_INTEGER,
        files: limits.maxFiles,
        fields: mostFields,
        parts: limits.maxFiles + mostFields,
        fieldSize: fieldBytes,
      },
    })
    for await (const part of parts) {
      if (part.type === 'file') {
        // A form sends a file part without a name where nobody chose a file.
        if (part.filename === undefined || part.filename === '') part.file.resume()
        else await session.receive(part.filename, part.file)
      } else {
        if (part.valueTruncated) throw refuse(part.fieldname, `must have at most ${fieldBytes} bytes`)
        const values = texts.get(part.fieldname) ?? []
        texts.set(part.fieldname, [...values, String(part.value)])
      }
    }
  } catch (error) {
    throw told(error)
  }
  return fieldsOf(texts)
}

function fieldsOf(texts: ReadonlyMap<string, readonly string[]>): UploadFields {
  const visibility = visibilitySchema.safeParse(texts.get('visibility')?.at(-1) || 'private')
  if (!visibility.success) throw refuse('visibility', 'must be private or public')
  const tags = tagsSchema.safeParse(
    [...(texts.get('tags') ?? []), ...(texts.get('tags[]') ?? [])].flatMap(tagsIn),
  )
  if (!tags.success) throw refuse('tags', 'must be at most 50 words of at most 64 characters')
  const webhookUrl = texts.get('webhookUrl')?.at(-1) || null
  checkWebhookUrl(webhookUrl)
  return { visibility: visibility.data, tags: [...new Set(tags.data)], webhookUrl }
}

/** Several fields, a comma-separated one, or a JSON list: all are in use. */
function tagsIn(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(text)
      if (Array.isArray(parsed) && parsed.every((tag) => typeof tag === 'string')) return parsed
    } catch {
      // Then it is a tag that begins with a bracket.
    }
  }
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

function refuse(path: string, message: string): Failure {
  const errors: Fault[] = [{ path, message }]
  return new Failure('invalid_request', `${path}: ${message}.`, { errors })
}

const tooLarge = ({ maxRequestBytes }: { maxRequestBytes: number }): Failure =>
  new Failure('request_too_large', `A request may have at most ${maxRequestBytes} bytes.`)

/** The parser's own errors in our words. */
function told(error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code
  switch (code) {
    case 'FST_FILES_LIMIT':
    case 'FST_FIELDS_LIMIT':
    case 'FST_PARTS_LIMIT':
      return new Failure('request_too_large', 'The request has too many parts.', { cause: error })
    case 'FST_PROTO_VIOLATION':
      return new Failure('invalid_request', 'A field has a name that is not allowed.', { cause: error })
    default:
      break
  }
  if (error instanceof Failure || !(error instanceof Error)) return error
  // Busboy's errors have no codes: a missing boundary, a broken header, an end in the middle.
  const isParser = /multipart|boundary|Unexpected end|Malformed|premature/i.test(error.message)
  return isParser ? new Failure('invalid_request', 'The multipart body is broken.', { cause: error }) : error
}
