import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { Failure } from '@rendition/contract'

/** What the server is told about encryption with everything that is written. */
export interface S3Encryption {
  ServerSideEncryption?: 'AES256' | 'aws:kms'
  SSEKMSKeyId?: string | undefined
}

export interface S3CopierOptions {
  client: S3Client
  writer: S3Client
  bucket: string
  encryption: S3Encryption
}

export interface S3Object {
  key: string
  size: number
}

export interface SentPart {
  etag: string
  size: number
}

/** Copies within the bucket: the server moves the bytes, not we. */
export interface S3Copier {
  copy(source: S3Object, to: string, contentType: string | undefined): Promise<void>
  /** An object of at least 5 MiB as parts of a multipart upload, from number `first` on. */
  copyParts(target: { key: string; uploadId: string; first: number }, source: S3Object): Promise<SentPart[]>
}

/** In one go: the server says nothing until it is done, and is given up after seven seconds of silence. */
const copiedAtOnce = 64 * 1024 ** 2
const copiesAtOnce = 4

export function createS3Copier({ client, writer, bucket, encryption }: S3CopierOptions): S3Copier {
  const sourceOf = (key: string): string => `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`

  const copyParts: S3Copier['copyParts'] = async (target, source) => {
    const count = Math.max(1, Math.floor(source.size / copiedAtOnce))
    const ranges = Array.from({ length: count }, (_, n) => ({
      start: n * copiedAtOnce,
      end: (n === count - 1 ? source.size : (n + 1) * copiedAtOnce) - 1,
    }))
    const copied: SentPart[] = []
    for (let begin = 0; begin < ranges.length; begin += copiesAtOnce) {
      const some = ranges.slice(begin, begin + copiesAtOnce).map(async ({ start, end }, n) => {
        const { CopyPartResult } = await writer.send(
          new UploadPartCopyCommand({
            Bucket: bucket,
            Key: target.key,
            UploadId: target.uploadId,
            PartNumber: target.first + begin + n,
            CopySource: sourceOf(source.key),
            CopySourceRange: `bytes=${start}-${end}`,
          }),
        )
        if (CopyPartResult?.ETag === undefined) throw new Failure('unavailable')
        return { etag: CopyPartResult.ETag, size: end - start + 1 }
      })
      copied.push(...(await Promise.all(some)))
    }
    return copied
  }

  return {
    copyParts,
    async copy(source, to, contentType) {
      const about = { Bucket: bucket, Key: to, ...encryption, ContentType: contentType }
      if (source.size < 2 * copiedAtOnce) {
        const CopySource = sourceOf(source.key)
        await writer.send(new CopyObjectCommand({ ...about, CopySource, MetadataDirective: 'REPLACE' }))
        return
      }
      const { UploadId } = await writer.send(new CreateMultipartUploadCommand(about))
      if (UploadId === undefined) throw new Failure('unavailable')
      const at = { Bucket: bucket, Key: to, UploadId }
      try {
        const parts = await copyParts({ key: to, uploadId: UploadId, first: 1 }, source)
        await writer.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: partsOf(parts) }))
      } catch (error) {
        await client.send(new AbortMultipartUploadCommand(at)).catch(() => {})
        throw error
      }
    },
  }
}

/** As CompleteMultipartUpload wants them: numbered from 1. */
export const partsOf = (parts: readonly SentPart[]) => ({
  Parts: parts.map(({ etag }, n) => ({ ETag: etag, PartNumber: n + 1 })),
})

/** Every multipart upload below a key that was neither completed nor aborted. */
export async function* listMultiparts(
  client: S3Client,
  bucket: string,
  under: string,
): AsyncGenerator<{ Key: string; UploadId: string; since: Date }> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: under, ...marker }),
    )
    for (const { Key = '', UploadId = '', Initiated = new Date() } of page.Uploads ?? []) {
      if (Key.startsWith(under)) yield { Key, UploadId, since: Initiated }
    }
    if (page.IsTruncated !== true) return
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}

/** Keys below one, of objects and multipart uploads alike, that are older. */
export async function* listUntouched(
  client: S3Client,
  bucket: string,
  under: string,
  since: Date,
): AsyncGenerator<string> {
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: under })) {
    for (const { Key = '', LastModified = new Date() } of page.Contents ?? []) {
      if (LastModified < since) yield Key
    }
  }
  for await (const { Key, since: begun } of listMultiparts(client, bucket, under)) {
    if (begun < since) yield Key
  }
}
