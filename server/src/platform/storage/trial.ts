import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { Failure } from '@rendition/contract'
import { storageKey } from './key.ts'
import type { Storage } from './port.ts'
import { adviceFor } from './trial-advice.ts'

/** What a storage that was tried did not do, in its own words, and what to do about it. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault'
  readonly advice: string
  /**
   * `login`: nothing can be kept nor given, and no waiting helps. `rights`: it gives but does not keep or delete. `away`: it
   * may be there in a moment.
   */
  readonly kind: 'login' | 'rights' | 'away'
  constructor(message: string, kind: StorageFault['kind'], advice: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
    this.advice = advice
  }
}

/** A fault in these words, with what to do; what is no fault of the set-up stays what it is. */
export function storageFault(what: string, error: unknown, url: string, more = ''): unknown {
  if (error instanceof Failure && error.code === 'storage_full') return error
  const cause = causeOf(error)
  const { kind, advice } = adviceFor(cause, url)
  return new StorageFault(`${what}: ${wordsOf(cause)}`, kind, more + advice, error)
}

/** Milliseconds for one step: nobody waits longer to learn that a store is silent. */
const stepMs = 5_000

/**
 * Keeps, reads and deletes an object by the calls of the service: a storage that answers may still be one that takes no
 * upload, or one in which nothing that was deleted ever goes. Throws a `StorageFault`, or `storage_full` as a Failure.
 */
export async function tryStorage(storage: Storage, url: string): Promise<void> {
  const key = storageKey('doctor', randomBytes(9).toString('hex'))
  const bytes = randomBytes(64)
  const fault = (what: string, error: unknown, more?: string) => storageFault(what, error, url, more)
  try {
    await storage.put(key, bytes, { signal: AbortSignal.timeout(stepMs) })
  } catch (error) {
    throw fault('an object is not kept', error)
  }
  let unread: unknown
  try {
    const read = await buffer(await storage.get(key, { signal: AbortSignal.timeout(stepMs) }))
    if (!read.equals(bytes)) throw new Error('other bytes came back')
  } catch (error) {
    unread = error
  }
  // However the reading went, the object is not to stay.
  const left = `The object ${key} is left there; nothing that users delete would go either. `
  try {
    await storage.delete([key])
  } catch (error) {
    throw fault('an object is not deleted', error, left)
  }
  if (unread !== undefined) throw fault('an object is not given', unread)
  if ((await storage.head(key)) !== null) {
    throw fault(
      'an object that was deleted is still there',
      new Error('the deletion was answered well'),
      left,
    )
  }
  try {
    await storage.check()
  } catch (error) {
    throw fault('it does not say that it is there', error)
  }
}

function causeOf(error: unknown): unknown {
  let cause = error
  while (cause instanceof Failure && cause.cause !== undefined) cause = cause.cause
  return cause
}

/** In the storage's own words: its code is what one looks up. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  if (cause.name === 'Error' || cause.name === 'Failure') return cause.message
  return `${cause.name}: ${cause.message}`
}
