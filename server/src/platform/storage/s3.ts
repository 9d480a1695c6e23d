import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { Failure } from '@rendition/contract'
import type { Log } from '../log.ts'
import type { DiskRoom } from './disk-room.ts'
import type { StorageKey } from './key.ts'
import type { Storage } from './port.ts'
import { openRemoteDrafts } from './remote-drafts.ts'
import { createDeleter } from './s3-delete.ts'
import { s3Failure, s3Translated as translated } from './s3-failures.ts'
import { createS3Growing } from './s3-growing.ts'
import { presign } from './s3-presign.ts'
import { parseS3Url, type S3Address } from './s3-url.ts'

export interface S3Options {
  url: string
  /** A local folder for bytes on their way in and for copies that code seeks in. */
  draftsFolder: string
  /** The bucket as clients reach it; no links without it. */
  directUrl?: string | undefined
  diskRoom: DiskRoom
  log: Log
}

/** S3 takes 10,000 parts at most: 80 GiB at this size, and 3 parts in memory at once. */
const partBytes = 8 * 1024 * 1024

/** Storage in a bucket of any S3. Whatever was acknowledged is as safe as the bucket is. */
export async function openS3Storage(options: S3Options): Promise<Storage> {
  const { url, draftsFolder, directUrl, diskRoom, log } = options
  const address = parseS3Url(url)
  // Two sets of time limits: a request that only asks must be answered soon, while its body may go to a slow reader;
  // one that sends may take long, but never stand still.
  const client = createClient(address, { requestTimeout: 5_000, socketTimeout: 60_000 })
  const writer = createClient(address, { requestTimeout: 60_000, socketTimeout: 7_000 })
  const { bucket, prefix } = address
  const deleteKeys = createDeleter({ client, bucket, log })
  const at = (key: StorageKey) => ({ Bucket: bucket, Key: prefix + key })
  const encryption =
    address.encryption === undefined
      ? {}
      : { ServerSideEncryption: address.encryption.algorithm, SSEKMSKeyId: address.encryption.keyId }

  /** Sends a local file; in parts when it is large, each sent again by itself when that fails. */
  async function upload(
    path: string,
    key: StorageKey,
    contentType?: string,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted()
    const { size } = await stat(path)
    const sending = new Upload({
      client: writer,
      partSize: partBytes,
      queueSize: 3,
      params: { ...at(key), ...encryption, ContentType: contentType, Body: createReadStream(path) },
    })
    const stop = () => void sending.abort()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      await sending.done()
    } catch (error) {
      // The library's own clean-up misses a part that is on its way, and its upload then costs for ever.
      if (size > partBytes)
        await abortParts(key).catch((cause) => log.warn({ err: s3Failure(cause), key }, 'parts were left'))
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  async function abortParts(key: StorageKey): Promise<void> {
    const { Uploads = [] } = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix + key }),
    )
    for (const { Key, UploadId } of Uploads) {
      if (Key !== prefix + key) continue
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch(() => {})
    }
  }

  async function get(key: StorageKey, range?: string, signal?: AbortSignal): Promise<Readable> {
    const answer = await client.send(
      new GetObjectCommand({ ...at(key), Range: range }),
      signal === undefined ? {} : { abortSignal: signal },
    )
    if (answer.Body === undefined) throw new Failure('not_found')
    return watched(answer.Body as Readable, signal)
  }

  const drafts = await openRemoteDrafts({
    folder: draftsFolder,
    diskRoom,
    send: (path, key, { contentType, signal }) => translated(() => upload(path, key, contentType, signal)),
  })

  return {
    reach: 'cluster',

    growing: createS3Growing({
      client,
      writer,
      bucket,
      prefix,
      encryption,
      drafts: drafts.folder,
      diskRoom,
      deleteKeys,
      directUrl,
    }),

    checkDiskRoom: () => diskRoom.check('new'),

    draft: () => translated(() => drafts.draft()),

    put: (key, data, { contentType, signal, accepted = false } = {}) =>
      translated(async () => {
        signal?.throwIfAborted()
        await diskRoom.check(accepted ? 'accepted' : 'new')
        const body = { ...at(key), ...encryption, ContentType: contentType, Body: data }
        await writer.send(new PutObjectCommand(body), signal === undefined ? {} : { abortSignal: signal })
      }),

    get: (key, { range, signal } = {}) =>
      translated(async () => {
        signal?.throwIfAborted()
        if (range !== undefined && range.end < range.start) throw new Failure('range_not_satisfiable')
        return get(key, range === undefined ? undefined : `bytes=${range.start}-${range.end}`, signal)
      }),

    head: (key) =>
      translated(async () => {
        try {
          const found = await client.send(new HeadObjectCommand(at(key)))
          return { key, size: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) }
        } catch (error) {
          const known = s3Failure(error)
          if (known instanceof Failure && known.code === 'not_found') return null
          throw known
        }
      }),

    open: (key, { signal } = {}) => translated(async () => drafts.copyOf(await get(key, undefined, signal))),

    locate: null,

    link:
      directUrl === undefined
        ? null
        : (key, { from, seconds, contentType, contentDisposition, cacheControl }) =>
            translated(() =>
              presign(client.config, {
                url: `${directUrl}/${prefix}${key}`,
                from,
                seconds,
                parameters: {
                  'response-cache-control': cacheControl,
                  'response-content-disposition': contentDisposition,
                  'response-content-type': contentType,
                },
              }),
            ),

    delete: (keys) => translated(() => deleteKeys(keys.map((key) => prefix + key))),

    async *list(wanted) {
      try {
        for await (const page of paginateListObjectsV2(
          { client },
          { Bucket: bucket, Prefix: prefix + wanted },
        )) {
          for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
            yield { key: Key.slice(prefix.length) as StorageKey, size: Size, modifiedAt: LastModified }
          }
        }
      } catch (error) {
        throw s3Failure(error)
      }
    },

    check: () =>
      translated(async () => {
        await client.send(new HeadBucketCommand({ Bucket: bucket }), {
          abortSignal: AbortSignal.timeout(2_000),
        })
      }).catch((error: unknown) => {
        // A bucket that is missing or closed to us is no state to serve from, whatever its code.
        throw new Failure('unavailable', 'The storage cannot be used just now.', {
          retryAfter: 5,
          cause: error,
        })
      }),

    close: async () => {
      client.destroy()
      writer.destroy()
    },
  }
}

/** Never asks for checksums that only some servers know, and gives up on one that is frozen. */
export function createClient(
  address: S3Address,
  limits: { requestTimeout: number; socketTimeout: number },
): S3Client {
  return new S3Client({
    region: address.region,
    forcePathStyle: address.pathStyle,
    ...(address.endpoint === undefined ? {} : { endpoint: address.endpoint }),
    ...(address.credentials === undefined ? {} : { credentials: address.credentials }),
    // By default the SDK sends checksum trailers that many an S3 refuses, and asks for ones that many do not keep.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 2,
    // A server that is frozen says nothing: give up, so that callers get their 503.
    requestHandler: { connectionTimeout: 2_000, throwOnRequestTimeout: true, ...limits },
  })
}

/**
 * A connection that breaks or goes silent in mid-object reaches the reader as `unavailable`, also when it broke before
 * anybody read: until then nobody else would listen for its error, and the process would end.
 */
function watched(source: Readable, signal: AbortSignal | undefined): Readable {
  const stop = () => source.destroy(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
  signal?.addEventListener('abort', stop, { once: true })
  source.on('error', () => {})
  source.once('close', () => signal?.removeEventListener('abort', stop))
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of source) yield chunk as Buffer
    } catch (error) {
      throw s3Failure(error)
    }
  }
  const stream = Readable.from(chunks(), { objectMode: false })
  // One that is let go unread has not begun, and would leave its connection open.
  stream.once('close', () => source.destroy())
  return stream
}
