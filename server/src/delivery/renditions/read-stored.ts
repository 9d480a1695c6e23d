import { isFailure } from '@rendition/contract'
import type { Rendition } from '../../images/index.ts'
import type { Storage } from '../../platform/storage/port.ts'

/**
 * The bytes of a ledger entry, or null when they are gone or not as long as the ledger says: then they are made
 * again, because half a picture must never be served.
 */
export async function readStored(
  storage: Pick<Storage, 'get'>,
  row: Pick<Rendition, 'storageKey' | 'size'>,
  signal: AbortSignal,
): Promise<Buffer | null> {
  try {
    const stream = await storage.get(row.storageKey, { signal })
    const bytes = Buffer.allocUnsafeSlow(row.size)
    let length = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (length + chunk.length > row.size) return null
      chunk.copy(bytes, length)
      length += chunk.length
    }
    return length === row.size ? bytes : null
  } catch (error) {
    if (isFailure(error, 'not_found')) return null
    throw error
  }
}
