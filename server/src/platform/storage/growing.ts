import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import type { Draft } from './draft.ts'
import { storageFailure } from './failures.ts'

/**
 * How far an object has grown and where its bytes are. Whoever owns the object keeps this, and gives it to the next call,
 * in whatever process: bytes beyond what is kept do not count and are overwritten.
 */
export const growthSchema = z.object({
  /** Bytes. */
  size: z.int().min(0),
  /** What only the storage reads. */
  parts: z.array(z.object({ etag: z.string(), size: z.int() })).optional(),
  multipart: z.string().optional(),
  /** Bytes behind the parts that are too few for one of their own, by the name of their object. */
  tail: z.object({ name: z.string(), size: z.int() }).optional(),
})
export type Growth = z.output<typeof growthSchema>

/**
 * Writes down how far an object has grown; false where that is not to count (yet). `done` is said once, at the end of what
 * was sent. What it throws ends the call.
 */
export type KeepGrowth = (growth: Growth, done: boolean) => Promise<boolean>

/** A look at the beginning of an object as a local file, as soon as it has so many bytes; what it throws ends the call. */
export interface EarlyLook {
  at: readonly number[]
  look(path: string): Promise<void>
}

/** A part of an object that whoever has the link may send, once and in this size. */
export interface PartLink {
  number: number
  size: number
  url: string
}

/** Objects that clients send to the storage themselves. */
export interface DirectObjects {
  /** Nothing is there yet, and the storage expects parts. */
  begin(id: string): Promise<Growth>
  /** Links to the parts that are missing, for so many seconds. They must not be logged. */
  links(id: string, growth: Growth, parts: DirectParts, seconds: number): Promise<PartLink[]>
  /** What came; null while something is missing. */
  gather(id: string, growth: Growth, parts: DirectParts): Promise<Growth | null>
}

/** How an object is cut into parts: equal ones and a rest. */
export interface DirectParts {
  size: number
  partSize: number
}

/** What is added to an object. */
export type Chunks = AsyncIterable<Buffer>

export interface AppendOptions {
  keep: KeepGrowth
  early?: EarlyLook | undefined
}

/**
 * Objects that come in pieces, over days if need be. What is given to `keep` is durable: it survives kill -9 and a cut of
 * power, and any process that shares the storage goes on from it. Two calls for one object must not run at once.
 */
export interface GrowingObjects {
  /** null where clients cannot reach the storage. */
  readonly direct: DirectObjects | null
  /** Nothing is there yet. */
  begin(id: string): Promise<Growth>
  /**
   * Adds a body. When it breaks, or the disk is full, what came before is kept and the failure thrown. Throws `not_found`
   * when the bytes that should be there are gone.
   */
  append(id: string, growth: Growth, body: Chunks, options: AppendOptions): Promise<Growth>
  /** Adds whole other objects, in order; they stay as they are. */
  join(
    id: string,
    growth: Growth,
    sources: readonly { id: string; growth: Growth }[],
    keep: KeepGrowth,
  ): Promise<Growth>
  /**
   * The object as a draft: to be read, and to be committed under a key, from which on nothing may be added. It stays
   * where it is until it is removed, so that a commit without rows can be repeated.
   */
  draft(id: string, growth: Growth): Promise<Draft>
  /** Removes all that there is; nothing is no error. */
  remove(id: string): Promise<void>
  /** Ids of which something is there that was not touched since. */
  untouched(since: Date): AsyncIterable<string>
}

/** Sees to it that each look is taken once, when the object grows past its place, or never where the object is smaller. */
export function createLooks(early: EarlyLook | undefined, from: number) {
  const places = (early?.at ?? []).filter((place) => place > from)
  return {
    isDue: (size: number): boolean => places[0] !== undefined && size >= places[0],
    async take(size: number, path: string): Promise<void> {
      while (places[0] !== undefined && size >= places[0]) places.shift()
      await early?.look(path)
    },
  }
}

/** What ended a body, or the disk under it: what came before it is kept. */
export class BrokenOff extends Error {
  constructor(cause: unknown) {
    super('the body broke off', { cause })
  }
}

/** For what fails on the disk that a body is written to. */
export const brokenOff = (error: unknown): never => {
  throw new BrokenOff(storageFailure(error))
}

/** Chunks of a body; what breaks it is told from what breaks whoever reads it. */
export async function* chunksOf(body: Chunks): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw new BrokenOff(error)
      })
      if (next.done) return
      yield next.value
    }
  } finally {
    await chunks.return?.()
  }
}

export async function writeAll(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, position + at)
    at += bytesWritten
  }
}
