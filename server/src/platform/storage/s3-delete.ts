import { createHash } from 'node:crypto'
import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3'
import { Failure } from '@rendition/contract'
import type { Log } from '../log.ts'
import { isRefused, s3Failure } from './s3-failures.ts'

export interface DeleterOptions {
  client: S3Client
  bucket: string
  log: Log
}

/** Deletes objects by their whole keys, whatever of S3 the store knows; missing ones are no error. */
export type Deleter = (keys: readonly string[]) => Promise<void>

/** What DeleteObjects takes in one request. */
const batch = 1_000
/** One by one, so many at once. */
const atOnce = 16

type Way = (keys: readonly string[]) => Promise<void>

/**
 * S3 wants a checksum with DeleteObjects. AWS and its followers take the CRC of newer SDKs; older stores refuse its
 * headers, or demand Content-MD5, and some have no DeleteObjects at all. What a store takes is found out by asking,
 * remembered for as long as the process runs, and remembered only when it worked: a refusal of everything, as for a
 * missing right, is not taken for a lack.
 */
export function createDeleter({ client, bucket, log }: DeleterOptions): Deleter {
  const ways: [string, Way][] = [
    ['DeleteObjects', (keys) => deleteMany(client, bucket, keys)],
    ['DeleteObjects with Content-MD5', (keys) => deleteMany(client, bucket, keys, true)],
    ['DeleteObject, one by one', (keys) => deleteEach(client, bucket, keys)],
  ]
  let taken = 0

  async function deleteBatch(keys: readonly string[]): Promise<void> {
    for (let at = taken; ; at += 1) {
      const [name, way] = ways[at] ?? ['', undefined]
      if (way === undefined) throw new Error('there is no way left')
      try {
        await way(keys)
        if (at > taken) {
          taken = at
          log.info({ way: name }, 'the bucket refuses the usual way of deleting and takes another')
        }
        return
      } catch (error) {
        if (!isRefused(error) || at === ways.length - 1) throw error
      }
    }
  }

  return async (keys) => {
    for (let start = 0; start < keys.length; start += batch) {
      await deleteBatch(keys.slice(start, start + batch))
    }
  }
}

async function deleteMany(
  client: S3Client,
  bucket: string,
  keys: readonly string[],
  digest = false,
): Promise<void> {
  const Objects = keys.map((Key) => ({ Key }))
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } })
  if (digest) withDigest(command)
  const { Errors = [] } = await client.send(command)
  const [first, ...more] = Errors.filter(({ Code }) => Code !== 'NoSuchKey')
  if (first === undefined) return
  const cause = new Error(`${more.length + 1} keys were not deleted: ${first.Message ?? ''}`)
  cause.name = first.Code ?? 'Error'
  throw new Failure('unavailable', 'The storage cannot be used just now.', { retryAfter: 5, cause })
}

/**
 * Puts Content-MD5 where the SDK puts its checksums, once the body is built and before it is signed; as AWS describes it
 * for stores that do not know the newer ones:
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/MD5_FALLBACK.md
 */
function withDigest(command: DeleteObjectsCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { headers: Record<string, string>; body: string | Uint8Array }
      for (const name of Object.keys(request.headers)) {
        if (/^x-amz-(checksum-|sdk-checksum-)/i.test(name)) delete request.headers[name]
      }
      request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64')
      return next(args)
    },
    { step: 'build', priority: 'low', name: 'contentMd5' },
  )
}

/** All it can, then the first fault; where nothing may be deleted it does not ask for each of a thousand. */
async function deleteEach(client: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  const faults: unknown[] = []
  const waiting = [...keys]
  const work = async (): Promise<void> => {
    for (let Key = waiting.pop(); Key !== undefined && faults.length < atOnce; Key = waiting.pop()) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key })).catch((error: unknown) => {
        const known = s3Failure(error)
        if (!(known instanceof Failure && known.code === 'not_found')) faults.push(error)
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (faults.length > 0) throw faults[0]
}
