import { CreateMultipartUploadCommand, ListPartsCommand, type Part, type S3Client } from '@aws-sdk/client-s3'
import { Failure } from '@rendition/contract'
import type { DirectObjects, DirectParts, Growth } from './growing.ts'
import { s3Translated as translated } from './s3-failures.ts'
import type { S3Encryption } from './s3-multipart.ts'
import { presign } from './s3-presign.ts'

export interface S3DirectOptions {
  client: S3Client
  bucket: string
  encryption: S3Encryption
  /** The bucket as clients reach it; they send nothing there without it. */
  directUrl: string | undefined
  /** Where the object is gathered. */
  keyOf(id: string): string
}

/**
 * Clients send the parts of a multipart upload to the bucket by presigned requests, each of the size that is signed. What
 * came is asked of the bucket, never of the client.
 */
export function createS3Direct(options: S3DirectOptions): DirectObjects | null {
  const { client, bucket, encryption, directUrl, keyOf } = options
  if (directUrl === undefined) return null
  const at = (id: string) => ({ Bucket: bucket, Key: keyOf(id) })

  async function partsThere(id: string, growth: Growth): Promise<Map<number, Part>> {
    const there = new Map<number, Part>()
    let after: { PartNumberMarker?: string | undefined } = {}
    for (;;) {
      // Not by the SDK's paginator: it asks for the next page wherever a marker stands, and Ceph says one behind the last.
      const page = await client.send(
        new ListPartsCommand({ ...at(id), UploadId: growth.multipart, ...after }),
      )
      for (const part of page.Parts ?? []) there.set(part.PartNumber ?? 0, part)
      if (page.IsTruncated !== true) break
      after = { PartNumberMarker: page.NextPartNumberMarker }
    }
    return there
  }

  return {
    begin: (id) =>
      translated(async () => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...at(id), ...encryption }))
        if (UploadId === undefined) throw new Failure('unavailable')
        return { size: 0, multipart: UploadId }
      }),

    links: (id, growth, parts, seconds) =>
      translated(async () => {
        const there = await partsThere(id, growth)
        const missing = sizesOf(parts).filter(({ number, size }) => there.get(number)?.Size !== size)
        return Promise.all(
          missing.map(async ({ number, size }) => ({
            number,
            size,
            url: await presign(client.config, {
              method: 'PUT',
              contentLength: size,
              url: `${directUrl}/${keyOf(id)}`,
              from: new Date(),
              seconds,
              parameters: { partNumber: String(number), uploadId: growth.multipart ?? '' },
            }),
          })),
        )
      }),

    gather: (id, growth, parts) =>
      translated(async () => {
        const there = await partsThere(id, growth)
        const gathered: { etag: string; size: number }[] = []
        for (const { number, size } of sizesOf(parts)) {
          const part = there.get(number)
          if (part?.Size !== size || part.ETag === undefined) return null
          gathered.push({ etag: part.ETag, size })
        }
        return { size: parts.size, parts: gathered, ...(growth.multipart && { multipart: growth.multipart }) }
      }),
  }
}

function sizesOf({ size, partSize }: DirectParts): { number: number; size: number }[] {
  const count = Math.ceil(size / partSize)
  return Array.from({ length: count }, (_, n) => ({
    number: n + 1,
    size: Math.min(partSize, size - n * partSize),
  }))
}
