import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Failure, type Page, type Receipt, type receiptListQuerySchema } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/port.ts'
import type { ErasedFiles, ErasureBook } from '../platform/erasure/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { startLoop } from '../platform/loop.ts'
import { cursorOf, pageOf } from '../platform/page.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { ReceiptsConfig } from './config.ts'
import { type IssueDeps, issueDue } from './issue.ts'
import { deriveReceiptKey } from './signing-key.ts'
import { keepPublicKey, listPublicKeys } from './store/keys.ts'
import {
  closeAccountReceipt,
  findReceipt,
  insertAccountReceipt,
  insertImageReceipt,
  listReceipts,
  pruneReceipts,
  type ReceiptRow,
} from './store/receipts.ts'

export { type ReceiptsConfig, receiptsConfigSchema } from './config.ts'
export { type ReceiptKeys, receiptKeysSchema, verifyReceipt } from './verify-receipt.ts'

export interface ReceiptsOptions {
  db: Database
  clock: Clock
  log: Logger
  config: ReceiptsConfig
  /** Of the installation's own secrets: what the signing key is derived from. */
  secret: string
  issuer: string
  purges: boolean
}

export interface PublicKeySet {
  keys: { kty: 'OKP'; crv: 'Ed25519'; alg: 'EdDSA'; use: 'sig'; kid: string; x: string }[]
}

/** Signed receipts of what was erased. */
export interface Receipts {
  /** For the rooms that erase. */
  book: ErasureBook
  list(principal: Principal, query: z.output<typeof receiptListQuerySchema>): Promise<Page<Receipt>>
  get(principal: Principal, id: string): Promise<Receipt>
  /** By the secret that the erasing of an account gave. Throws `link_invalid`. */
  claim(token: string): Promise<Receipt>
  /** Of all keys that receipts here were ever signed with. */
  publicKeys(): Promise<PublicKeySet>
  /** Signs by and by what is gone; gives the stop. */
  start(files: ErasedFiles): () => Promise<void>
  /** One pass, whatever the schedule. */
  issueOnce(files: ErasedFiles): Promise<void>
  prune(): Promise<void>
}

/** What the secret of an account's receipt begins with. */
const tokenShape =
  /^rne_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()
const everyMs = 30_000
const mostPerOwner = 100_000
/** Secrets are changed a few times in the life of an installation. */
const mostKeys = 100

export function createReceipts(options: ReceiptsOptions): Receipts {
  const { db, log, config } = options
  const key = deriveReceiptKey(options.secret)
  const issuing = (files: ErasedFiles): IssueDeps => ({ ...options, key, files })

  const book: ErasureBook = {
    async noteImage(tx, { id, ownerId, because, destroyed }) {
      const row = { id: uuidv7(), ownerId, subjectId: id, because, destroyed }
      await insertImageReceipt(tx, row, config.waitMs)
    },
    async openAccount(tx, userId, destroyed) {
      const [id, secret] = [uuidv7(), randomBytes(32).toString('base64url')]
      await insertAccountReceipt(tx, { id, userId, claimHash: sha256(secret), destroyed })
      return `rne_${id.replaceAll('-', '')}_${secret}`
    },
    closeAccount: closeAccountReceipt,
  }

  return {
    book,
    async list(principal, query) {
      if (query.of === 'everyone' && principal.role !== 'admin') {
        throw new Failure('forbidden', 'Only administrators may do that.')
      }
      const rows = await listReceipts(db, {
        ownerId: query.of === 'everyone' ? null : principal.userId,
        kind: query.kind ?? null,
        subjectId: query.subjectId ?? null,
        before: cursorOf(query),
        limit: query.limit + 1,
      })
      return pageOf(rows, query.limit, receiptView)
    },
    async get({ userId, role }, id) {
      const row = await findReceipt(db, id)
      if (row === null || (row.ownerId !== userId && role !== 'admin')) {
        throw new Failure('not_found', 'There is no such receipt.')
      }
      return receiptView(row)
    },
    async claim(token) {
      const [, a, b, c, d, e, secret = ''] = tokenShape.exec(token) ?? []
      const row = a === undefined ? null : await findReceipt(db, [a, b, c, d, e].join('-'))
      const hash = row?.claimHash ?? null
      if (row === null || hash === null || !timingSafeEqual(hash, sha256(secret))) {
        throw new Failure('link_invalid', 'This leads to no receipt: it is not whole, or its time is over.')
      }
      return receiptView(row)
    },
    async publicKeys() {
      // Before the first receipt too: whoever keeps the keys aside may do so early.
      await keepPublicKey(db, key.public)
      const keys = await listPublicKeys(db, mostKeys)
      return {
        keys: keys.map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x })),
      }
    },
    start(files) {
      const mine = startLoop({
        name: 'receipts',
        everyMs,
        firstMs: Math.min(everyMs, Math.max(1_000, config.waitMs)),
        pass: async (signal) => {
          const dueMs = await issueDue(issuing(files), signal)
          return Math.min(everyMs, Math.max(500, dueMs ?? Math.max(1_000, config.waitMs)))
        },
        log,
      })
      return () => mine.stop()
    },
    async issueOnce(files) {
      await issueDue(issuing(files))
    },
    prune: () => pruneReceipts(db, config.days, mostPerOwner),
  }
}

function receiptView(row: ReceiptRow): Receipt {
  return {
    id: row.id,
    kind: row.kind,
    subjectId: row.subjectId,
    ownerId: row.ownerId,
    requestedAt: row.requestedAt.toISOString(),
    goneAt: row.goneAt?.toISOString() ?? null,
    jws: row.jws,
  }
}
