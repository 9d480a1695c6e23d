import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { finished, type Readable } from 'node:stream'
import { Failure, longestFieldName } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { admitFields } from '../../platform/http/rights.ts'
import { type Digest, readDigest } from '../uploads/content-digest.ts'
import { readFields, refuseField as refuse, type Texts, type UploadFields } from '../uploads/upload-fields.ts'
import type { UploadSession } from '../uploads/upload-files.ts'
import { watchPace } from '../uploads/watch-pace.ts'

/** Enough for 50 tags and a webhook address; longer fields are refused, not cut. */
const fieldBytes = 16 * 1024
const mostFields = 100

export interface MultipartLimits {
  maxFiles: number
  maxRequestBytes: number
  uploadLeastRate: number
  uploadPaceMs: number
}

/**
 * Reads a multipart body: every file, under whatever field name, goes to the session as it comes; the known fields
 * are read from wherever they stand. Throws `file_missing` for another kind of body, `invalid_request` for a broken
 * one or a wrong field, `request_timeout` for one that comes too slowly, also between its files, `rate_limited` where
 * its bytes are more than the caller has left.
 */
export async function readMultipart(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Receiving,
  limits: MultipartLimits,
): Promise<UploadFields> {
  const fields = readFields(await readTexts(request, reply, session, limits))
  await admitFields(request, { ...fields })
  if (fields.webhookUrl !== null) await request.server.judgeAddress(fields.webhookUrl)
  return fields
}

/** The same of a body that brings files and says nothing of them; throws `invalid_request` for a field. */
export async function readFilesAlone(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Receiving,
  limits: MultipartLimits,
): Promise<void> {
  const [name] = (await readTexts(request, reply, session, limits)).keys()
  if (name !== undefined) throw refuse(name, 'is not taken here: send files alone')
}

/** What takes files as they come. */
type Receiving = Pick<UploadSession, 'receive'>

async function readTexts(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Receiving,
  limits: MultipartLimits,
): Promise<Texts> {
  if (!request.isMultipart()) throw new Failure('file_missing', 'Send the file as multipart/form-data.')
  if (Number(request.headers['content-length'] ?? 0) > limits.maxRequestBytes) throw tooLarge(limits)
  refuseBoundary(request.headers['content-type'] ?? '')
  const { raw } = request
  const digest = digestOf(raw)
  const reading: Reading = { file: null }
  const slow = new AbortController()
  const tooSlow = new Promise<never>((_, reject) => {
    slow.signal.addEventListener('abort', () => reject(slow.signal.reason))
  })
  const pace = watchPace(
    raw,
    { spanMs: limits.uploadPaceMs, leastBytesPerSecond: limits.uploadLeastRate },
    () => {
      const failure = new Failure('request_timeout')
      reading.file?.destroy(failure)
      slow.abort(failure)
    },
  )
  let bytes = 0
  raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    pace.came(chunk.length)
    if (bytes > limits.maxRequestBytes) raw.destroy(tooLarge(limits))
  })
  try {
    const texts = await Promise.race([readParts(request, session, limits, reading), tooSlow])
    // What came in chunks said nothing of its length before.
    if (request.headers['content-length'] === undefined) await reply.count('uploadBytes', bytes, 'came')
    await Promise.race([digest.verify(), tooSlow])
    return texts
  } finally {
    pace.stop()
  }
}

/** What is said of a body, once that is through; throws `digest_mismatch`. */
function digestOf(raw: IncomingMessage): { verify(): Promise<void> } {
  const header = raw.headers['content-digest']
  const said: Digest | null = readDigest('Content-Digest', Array.isArray(header) ? header.join() : header)
  if (said === null) return { verify: async () => {} }
  const hash = createHash(said.algorithm)
  raw.on('data', (chunk: Buffer) => hash.update(chunk))
  // What stands behind the last part belongs to the body too.
  const whole = new Promise<boolean>((resolve) =>
    finished(raw, { writable: false }, (error) => resolve(!error)),
  )
  return {
    async verify() {
      raw.resume()
      if ((await whole) && !hash.digest().equals(said.digest)) throw new Failure('digest_mismatch')
    },
  }
}

/** The file that is being received: who gives a body up ends it, and nothing of it is kept. */
interface Reading {
  file: Readable | null
}

async function readParts(
  request: FastifyRequest,
  session: Receiving,
  { maxFiles }: MultipartLimits,
  reading: Reading,
): Promise<Texts> {
  const texts = new Map<string, string[]>()
  try {
    const parts = request.parts({
      // A file of a folder is named by its path; whoever keeps it takes what is its name.
      preservePath: true,
      // The size of one file is counted while it is received, so that its failure is that file's alone.
      limits: {
        fileSize: Number.MAX_SAFE_INTEGER,
        files: maxFiles,
        fields: mostFields,
        parts: maxFiles + mostFields,
        fieldSize: fieldBytes,
      },
    })
    for await (const part of parts) {
      if (part.type === 'file') {
        // A form sends a file part without a name where nobody chose a file.
        if (part.filename === undefined || part.filename === '') part.file.resume()
        else {
          reading.file = part.file
          await session.receive(part.filename, part.file)
          reading.file = null
        }
      } else {
        // A part without a name; the parser's types do not know it.
        if (typeof part.fieldname !== 'string') throw refuse('body', 'has a part without a name')
        // The name is not said again: it can be of any length.
        if (part.fieldname.length > longestFieldName)
          throw refuse('body', `has a field with a name of more than ${longestFieldName} characters`)
        if (part.valueTruncated) throw refuse(part.fieldname, `must have at most ${fieldBytes} bytes`)
        const value = String(part.value)
        if (value !== '') texts.set(part.fieldname, [...(texts.get(part.fieldname) ?? []), value])
      }
    }
  } catch (error) {
    throw told(error)
  }
  return texts
}

/**
 * RFC 2046 5.1.1 for the length. Nothing else is let through to the parser, which reads parameters in a way of its own
 * and fails on what it takes for a long boundary by an error of its own.
 */
const longestBoundary = 70
const plainType =
  /^multipart\/form-data\s*;\s*(?:charset=[\w-]+\s*;\s*)?boundary=(?:"[^"\\]{1,70}"|[^\s;"\\]{1,70})\s*(?:;\s*charset=[\w-]+\s*)?$/i

function refuseBoundary(contentType: string): void {
  if (plainType.test(contentType)) return
  const detail = `A multipart body needs a boundary, of at most ${longestBoundary} characters.`
  throw new Failure('invalid_request', detail)
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
