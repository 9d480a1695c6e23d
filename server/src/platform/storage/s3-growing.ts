import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Failure } from '@rendition/contract'
import { type DiskRoom, whileRoom } from './disk-room.ts'
import type { DraftsFolder } from './drafts.ts'
import {
  type AppendOptions,
  BrokenOff,
  brokenOff,
  type Chunks,
  chunksOf,
  createLooks,
  type GrowingObjects,
  type Growth,
  type KeepGrowth,
  writeAll,
} from './growing.ts'
import type { StorageKey } from './key.ts'
import type { Deleter } from './s3-delete.ts'
import { createS3Direct, type S3DirectOptions } from './s3-direct.ts'
import { s3Failure, s3Translated as translated } from './s3-failures.ts'
import { createS3Copier, listMultiparts, listUntouched, partsOf, type S3Encryption } from './s3-multipart.ts'

export interface S3GrowingOptions extends Pick<S3DirectOptions, 'directUrl'> {
  /** For what is answered soon. */
  client: S3Client
  /** For what sends. */
  writer: S3Client
  bucket: string
  /** What the keys of this installation begin with. */
  prefix: string
  encryption: S3Encryption
  drafts: DraftsFolder
  diskRoom: DiskRoom
  deleteKeys: Deleter
}

/** S3 takes 10,000 parts at most: 80 GiB. */
const partBytes = 8 * 1024 ** 2
/** Of every part but the last. */
const leastPartBytes = 5 * 1024 ** 2

/**
 * Objects that grow in a bucket. Full parts go into a multipart upload; what is left behind them, too small for a part,
 * is an object of its own, that the next piece takes in. What counts is what the owner kept, with the ETag of each part:
 * a part or an end that was sent and not kept is overwritten, and never read.
 */
export function createS3Growing(options: S3GrowingOptions): GrowingObjects {
  const { client, writer, bucket, prefix, encryption, drafts, diskRoom, deleteKeys } = options
  const folderOf = (id: string): string => `${prefix}uploads/${id}/`
  const wholeKey = (id: string): string => `${folderOf(id)}whole`
  const tailKey = (id: string, name: string): string => `${folderOf(id)}tail-${name}`
  const copier = createS3Copier({ client, writer, bucket, encryption })
  const at = (key: string) => ({ Bucket: bucket, Key: key })
  async function download(key: string, path: string): Promise<void> {
    const { Body } = await client.send(new GetObjectCommand(at(key)))
    if (Body === undefined) throw new Failure('not_found')
    await pipeline(Body as Readable, whileRoom(diskRoom), createWriteStream(path))
  }

  async function multipartOf(id: string, growth: Growth): Promise<string> {
    if (growth.multipart !== undefined) return growth.multipart
    const made = await client.send(new CreateMultipartUploadCommand({ ...at(wholeKey(id)), ...encryption }))
    if (made.UploadId === undefined) throw new Failure('unavailable')
    return made.UploadId
  }

  /** The growth with one part more, which takes in the tail. */
  function withPart(growth: Growth, multipart: string, part: { etag: string; size: number }): Growth {
    const before = growth.size - (growth.tail?.size ?? 0)
    return { size: before + part.size, multipart, parts: [...(growth.parts ?? []), part] }
  }

  async function sendPart(id: string, growth: Growth, path: string, size: number): Promise<Growth> {
    const multipart = await multipartOf(id, growth)
    const { ETag } = await writer.send(
      new UploadPartCommand({
        ...at(wholeKey(id)),
        UploadId: multipart,
        PartNumber: (growth.parts?.length ?? 0) + 1,
        ContentLength: size,
        Body: createReadStream(path, { end: size - 1 }),
      }),
    )
    if (ETag === undefined) throw new Failure('unavailable')
    return withPart(growth, multipart, { etag: ETag, size })
  }

  /** Under a name of its own: what an attempt sent that did not count must never be taken for what did. */
  async function sendTail(id: string, growth: Growth, path: string, size: number): Promise<Growth> {
    const name = randomBytes(9).toString('hex')
    await writer.send(
      new PutObjectCommand({
        ...at(tailKey(id, name)),
        ...encryption,
        ContentLength: size,
        Body: createReadStream(path, { end: size - 1 }),
      }),
    )
    const { parts, multipart } = growth
    return {
      size: growth.size - (growth.tail?.size ?? 0) + size,
      ...(parts === undefined ? {} : { parts }),
      ...(multipart === undefined ? {} : { multipart }),
      tail: { name, size },
    }
  }

  /** Keeps, and lets go of the tail that was taken in; gives whether it was kept. */
  async function settle(
    id: string,
    before: Growth,
    after: Growth,
    keep: KeepGrowth,
    done: boolean,
  ): Promise<boolean> {
    if (!(await keep(after, done))) return false
    if (before.tail !== undefined && before.tail.name !== after.tail?.name)
      await deleteKeys([tailKey(id, before.tail.name)]).catch(() => {})
    return true
  }

  async function append(id: string, growth: Growth, body: Chunks, options: AppendOptions): Promise<Growth> {
    const path = await drafts.create()
    try {
      return await appendBy(path, id, growth, body, options)
    } finally {
      await rm(path, { force: true })
    }
  }

  /** Gathers in the file at `path` what is to be a part or the tail. */
  async function appendBy(path: string, id: string, growth: Growth, body: Chunks, options: AppendOptions) {
    const { keep, early } = options
    const looks = createLooks(growth.parts === undefined ? early : undefined, growth.size)
    const { tail } = growth
    if (tail !== undefined) await download(tailKey(id, tail.name), path)
    const handle = await open(path, 'r+')
    /** What was kept last, and is still the owner's. */
    let kept = growth
    let grown = growth
    let held = tail?.size ?? 0
    const sent = (): boolean => held > (grown.tail?.size ?? 0)
    const finish = async (): Promise<void> => {
      const next = sent() ? await sendTail(id, grown, path, held) : grown
      await settle(id, kept, next, keep, true)
      grown = next
    }
    try {
      try {
        for await (const chunk of chunksOf(body)) {
          for (let from = 0; from < chunk.length; ) {
            const piece = chunk.subarray(from, from + partBytes - held)
            await writeAll(handle, piece, held).catch(brokenOff)
            from += piece.length
            held += piece.length
            const size = grown.size - (grown.tail?.size ?? 0) + held
            if (looks.isDue(size)) await looks.take(size, path)
            if (held < partBytes) continue
            await diskRoom.check('new').catch(brokenOff)
            grown = await sendPart(id, grown, path, held)
            held = 0
            if (await settle(id, kept, grown, keep, false)) kept = grown
          }
        }
      } catch (error) {
        if (!(error instanceof BrokenOff)) throw error
        await finish()
        throw error.cause
      }
      await finish()
      return grown
    } finally {
      await handle.close()
    }
  }

  async function exists(key: string, size: number): Promise<boolean> {
    const found = await client.send(new HeadObjectCommand(at(key))).catch(() => null)
    return found?.ContentLength === size
  }

  /** The key at which the object lies as one. */
  async function complete(id: string, growth: Growth): Promise<string> {
    if (growth.multipart === undefined) return tailKey(id, growth.tail?.name ?? '')
    const key = wholeKey(id)
    // Completed by somebody who could not say so.
    if (await exists(key, growth.size)) return key
    let whole = growth
    if (growth.tail !== undefined) {
      const path = await drafts.create()
      try {
        await download(tailKey(id, growth.tail.name), path)
        whole = await sendPart(id, growth, path, growth.tail.size)
      } finally {
        await rm(path, { force: true })
      }
    }
    await writer.send(
      new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: growth.multipart,
        MultipartUpload: partsOf(whole.parts ?? []),
      }),
    )
    return key
  }

  return {
    direct: createS3Direct({ ...options, keyOf: wholeKey }),

    async begin() {
      await diskRoom.check('new')
      return { size: 0 }
    },

    append: (id, growth, body, more) => translated(() => append(id, growth, body, more)),

    join: (id, growth, sources, keep) =>
      translated(async () => {
        let grown = growth
        const full = sources.filter((source) => source.growth.size > 0)
        for (const [at_, source] of full.entries()) {
          const isLast = at_ === full.length - 1
          const key = await complete(source.id, source.growth)
          if (grown.tail !== undefined || source.growth.size < leastPartBytes) {
            const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
            const options = { keep: (next: Growth, done: boolean) => keep(next, done && isLast) }
            grown = await append(id, grown, Body as Readable, options)
            continue
          }
          const multipart = await multipartOf(id, grown)
          const parts = grown.parts ?? []
          const copied = await copier.copyParts(
            { key: wholeKey(id), uploadId: multipart, first: parts.length + 1 },
            { key, size: source.growth.size },
          )
          grown = { size: grown.size + source.growth.size, multipart, parts: [...parts, ...copied] }
          await keep(grown, isLast)
        }
        return grown
      }),

    draft: (id, growth) =>
      translated(async () => {
        const from = await complete(id, growth)
        const path = await drafts.create()
        try {
          await download(from, path)
        } catch (error) {
          await rm(path, { force: true })
          throw error
        }
        return {
          path,
          commit: (key: StorageKey, { contentType } = {}) =>
            translated(() => copier.copy({ key: from, size: growth.size }, prefix + key, contentType)),
          discard: () => rm(path, { force: true }),
        }
      }),

    remove: (id) =>
      translated(async () => {
        for await (const { Key, UploadId } of listMultiparts(client, bucket, folderOf(id))) {
          await client
            .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
            .catch(() => {})
        }
        const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folderOf(id) })
        for await (const { Contents = [] } of pages)
          if (Contents.length > 0) await deleteKeys(Contents.flatMap(({ Key }) => Key ?? []))
      }),

    async *untouched(since) {
      const under = `${prefix}uploads/`
      const found = new Set<string>()
      try {
        for await (const key of listUntouched(client, bucket, under, since))
          found.add(key.slice(under.length).split('/')[0] ?? '')
      } catch (error) {
        throw s3Failure(error)
      }
      yield* found
    },
  }
}
