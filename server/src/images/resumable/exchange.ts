import { AsyncLocalStorage } from 'node:async_hooks'
import type { Origin } from '../../platform/audit.ts'
import type { ImageRecord } from '../store/rows.ts'
import type { UploadRecord } from '../store/uploads.ts'
import type { UploadFields } from '../uploads/upload-fields.ts'
import type { IncomingBody } from './body.ts'
import type { Checksum } from './checksum.ts'
import type { Held } from './leases.ts'

/**
 * What is known of one request while the library of the protocol handles it: it hands a store neither the caller nor the
 * headers.
 */
export interface Exchange {
  ownerId: string
  /** Of a guest, what lets them send; null for the owner. */
  shareId: string | null
  /** Where it came from. */
  origin: Origin | undefined
  /** Names this request as the one who holds the upload. Later ones are greater. */
  holder: string
  /**
   * The bytes of this request. They go to the store past the library, whose web stream and three streams behind it took more
   * time than the disk.
   */
  body: Pick<IncomingBody, 'body' | 'end'> | null
  /** Ends when somebody else wants the upload: what came until then counts. */
  wanted: AbortSignal | null
  /** Said of the body of this request. */
  checksums: readonly Checksum[]
  /** Said of all the bytes to come, in hex. */
  sha256: string | null
  /** As the client sent it. */
  metadata: string
  partial: boolean
  /** Throws where the caller may not say what these fields say. */
  admit: (fields: UploadFields) => Promise<void>
  /** The upload that this request makes, which nobody else knows of yet. */
  creating: string | null
  /** The image that it is already: its bytes need not be sent. */
  linked: ImageRecord | null
  held: Held | null
  /** All bytes are there, and what it becomes is made by who holds it now: nobody comes in between. */
  complete: boolean
  /** As it was read by this request, which holds it since or asks only whose and of what kind it is. */
  row: UploadRecord | null
  letGo: () => void
  /** Somebody else asked for the upload, who knows of it so. */
  yielded: boolean
  failure: unknown
  /** Settles when nothing of a refused upload is left: the library answers an aborted body without waiting for its store. */
  erasing: Promise<void> | null
}

const exchanges = new AsyncLocalStorage<Exchange>()

export const withExchange = <T>(exchange: Exchange, work: () => Promise<T>): Promise<T> =>
  exchanges.run(exchange, work)

export function currentExchange(): Exchange {
  const exchange = exchanges.getStore()
  if (exchange === undefined) throw new Error('no request is handled')
  return exchange
}
