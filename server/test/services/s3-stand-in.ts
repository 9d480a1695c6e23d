import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** One request, as far as a store decides by it. */
export interface S3Request {
  method: string
  /** `DeleteObjects`, by its query; else the method is enough. */
  many: boolean
  headers: IncomingHttpHeaders
}

export interface S3Refusal {
  status: number
  code: string
}

/** Gives how the store refuses a request; null where it does what it is told. */
export type S3Habit = (request: S3Request) => S3Refusal | null

export interface S3StandIn {
  url: string
  /** Keys that exist, with their bucket. */
  objects: Map<string, Buffer>
  seen: S3Request[]
  habit: S3Habit
  /** Most connections that were open at once. */
  mostConnections: number
  close(): Promise<void>
}

/**
 * A store of a few objects that refuses what it is told to refuse, on the wire: no server that can be had for tests is as
 * old, or as incomplete, as some that are in use. It keeps nothing on disk and believes every signature.
 */
export async function startS3StandIn(): Promise<S3StandIn> {
  const server = createServer(async (request, response) => {
    const { method = '', headers } = request
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in')
    const body = await buffer(request)
    const asked = { method, many: method === 'POST' && searchParams.has('delete'), headers }
    standIn.seen.push(asked)
    const refusal = standIn.habit(asked) ?? damaged(headers, body)
    if (refusal !== null) {
      response.writeHead(refusal.status, { 'content-type': 'application/xml' })
      return void response.end(`<Error><Code>${refusal.code}</Code><Message>as told</Message></Error>`)
    }
    const path = decodeURIComponent(pathname)
    if (asked.many) {
      for (const [, key] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(`${path}${key}`)
      return void response.end('<DeleteResult/>')
    }
    const found = objects.get(path)
    if (method === 'PUT') objects.set(path, body)
    else if (method === 'DELETE') objects.delete(path)
    // A bucket is there.
    else if (found === undefined && path.split('/').filter(Boolean).length > 1) response.statusCode = 404
    const absent = response.statusCode === 404 && method === 'GET'
    response.end(method === 'GET' ? (absent ? '<Error><Code>NoSuchKey</Code></Error>' : found) : undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const objects = new Map<string, Buffer>()
  const standIn: S3StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    seen: [],
    habit: () => null,
    mostConnections: 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  let open = 0
  server.on('connection', (socket) => {
    open += 1
    standIn.mostConnections = Math.max(standIn.mostConnections, open)
    socket.once('close', () => {
      open -= 1
    })
  })
  return standIn
}

/** A digest that does not fit is refused by every store that knows of digests. */
function damaged(headers: IncomingHttpHeaders, body: Buffer): S3Refusal | null {
  const digest = headers['content-md5']
  if (digest === undefined) return null
  return digest === createHash('md5').update(body).digest('base64')
    ? null
    : { status: 400, code: 'BadDigest' }
}

const named = ({ headers }: S3Request, pattern: RegExp): boolean =>
  Object.keys(headers).some((name) => pattern.test(name))
const newer = /^x-amz-(checksum-|sdk-checksum-algorithm)/
const refuse = (status: number, code: string): S3Refusal => ({ status, code })

/** What stores are known to refuse, by what they say. All of them keep and give objects. */
export const s3Habits: Readonly<Record<string, S3Habit>> = {
  'takes everything': () => null,
  'x-amz-checksum-*: 501 NotImplemented': (asked) =>
    named(asked, /^x-amz-checksum-/) ? refuse(501, 'NotImplemented') : null,
  'x-amz-checksum-*: 400 InvalidRequest': (asked) =>
    named(asked, /^x-amz-checksum-/) ? refuse(400, 'InvalidRequest') : null,
  'x-amz-sdk-checksum-algorithm: 400 InvalidArgument': (asked) =>
    named(asked, /^x-amz-sdk-checksum-algorithm$/) ? refuse(400, 'InvalidArgument') : null,
  // A proxy that drops headers it does not know, and a store that finds them missing from the signature.
  'newer headers: 403 SignatureDoesNotMatch': (asked) =>
    named(asked, newer) ? refuse(403, 'SignatureDoesNotMatch') : null,
  'trailers: 501 NotImplemented': ({ headers }) =>
    headers['x-amz-trailer'] !== undefined || /aws-chunked/.test(headers['content-encoding'] ?? '')
      ? refuse(501, 'NotImplemented')
      : null,
  'no length: 411 MissingContentLength': ({ method, headers }) =>
    ['PUT', 'POST'].includes(method) && headers['content-length'] === undefined
      ? refuse(411, 'MissingContentLength')
      : null,
  'no Content-MD5: 400 MissingContentMD5': ({ many, headers }) =>
    many && headers['content-md5'] === undefined ? refuse(400, 'MissingContentMD5') : null,
  'no Content-MD5: 400 InvalidRequest, nor newer headers beside it': (asked) =>
    asked.many && (asked.headers['content-md5'] === undefined || named(asked, newer))
      ? refuse(400, 'InvalidRequest')
      : null,
  'no DeleteObjects: 501 NotImplemented': ({ many }) => (many ? refuse(501, 'NotImplemented') : null),
  'no DeleteObjects: 405 MethodNotAllowed': ({ many }) => (many ? refuse(405, 'MethodNotAllowed') : null),
  'no DeleteObjects: 400 MalformedXML': ({ many }) => (many ? refuse(400, 'MalformedXML') : null),
  'no DeleteObjects: 404': ({ many }) => (many ? refuse(404, 'NotFound') : null),
  'no DeleteObjects: 403 AccessDenied': ({ many }) => (many ? refuse(403, 'AccessDenied') : null),
}
