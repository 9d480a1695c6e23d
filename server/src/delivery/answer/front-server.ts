import { createHash, timingSafeEqual } from 'node:crypto'
import { isFailure } from '@rendition/contract'
import type { Storage, StorageKey } from '../../platform/storage/index.ts'
import type { DeliveryConfig } from '../config.ts'

/** The server in front of us that sends stored files, after we have decided whether and as what. */
export interface FrontServer {
  /**
   * Whether a request came through it and may be answered so. It proves itself by the secret: a client that reaches us on
   * another way is never told where a file lies, and gets its bytes.
   */
  brought(headers: Readonly<Record<string, unknown>>): boolean
  /** The header that has it send this object; null for one that we send ourselves, or that is not there. */
  handOver(object: { key: StorageKey; size: number }): Promise<Record<string, string> | null>
}

export interface FrontServerOptions {
  storage: Pick<Storage, 'locate'>
  config: Pick<DeliveryConfig, 'sendfile' | 'sendfileSecret' | 'sendfileBytes'>
}

/** What the front server says of itself. */
export const frontHeader = 'x-rendition-front'

/** Where nginx finds the folder of the storage; `internal`, so that nobody else asks there. */
const internalPath = '/rendition-files/'

/**
 * Conditions that the front server would judge by its own ETag and date: we judge them, and send what they lead to. Of a
 * part it is told by `Range` alone.
 */
const judgedHere = ['if-match', 'if-unmodified-since', 'if-range'] as const

/** Throws when what it needs is not configured. */
export function createFrontServer({ storage, config }: FrontServerOptions): FrontServer {
  const { sendfile, sendfileSecret, sendfileBytes } = config
  const { locate } = storage
  if (sendfile === 'off') return { brought: () => false, handOver: async () => null }
  if (sendfileSecret === undefined) {
    throw new Error(
      'DELIVERY_SENDFILE needs DELIVERY_SENDFILE_SECRET: without it any client could have itself told where files lie',
    )
  }
  if (locate === null) throw new Error('DELIVERY_SENDFILE needs STORAGE_URL=file:…')
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = digest(sendfileSecret)
  return {
    brought(headers) {
      const given = headers[frontHeader]
      if (typeof given !== 'string' || !timingSafeEqual(digest(given), expected)) return false
      return judgedHere.every((name) => headers[name] === undefined)
    },
    async handOver({ key, size }) {
      if (size < sendfileBytes) return null
      const file = await locate(key).catch((error: unknown) => {
        // Gone or planted: whoever reads it says which.
        if (isFailure(error, 'not_found')) return null
        throw error
      })
      // Half a picture must never be sent.
      if (file === null || file.size !== size) return null
      if (sendfile === 'x-accel-redirect') return { 'x-accel-redirect': internalPath + encodeURI(file.path) }
      // Read as it is, and a header holds no other characters.
      const path = `${file.folder}/${file.path}`
      return /^[\x20-\x7e]+$/.test(path) ? { 'x-sendfile': path } : null
    },
  }
}
