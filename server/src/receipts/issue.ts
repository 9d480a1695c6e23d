import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/port.ts'
import type { DestroyedImage, DestroyedOfAccount, ErasedFiles } from '../platform/erasure/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { composeClaims, createSum } from './compose-claims.ts'
import type { ReceiptKey } from './signing-key.ts'
import { keepPublicKey } from './store/keys.ts'
import {
  deleteParts,
  listParts,
  nextDueMs,
  partsWait,
  postpone,
  type ReceiptRow,
  settleReceipt,
  takeDue,
} from './store/receipts.ts'

export interface IssueDeps {
  db: Database
  clock: Clock
  log: Logger
  key: ReceiptKey
  files: ErasedFiles
  /** Who signs. */
  issuer: string
  /** Whether caches in front are told to forget. */
  purges: boolean
}

const atOnce = 50
/** Longer than a look takes; whoever died at it is followed by another. */
const leaseMs = 60_000
/** Before another look, where something was still there. */
const againMs = 15_000
const partsAtOnce = 1_000
const firstId = '00000000-0000-0000-0000-000000000000'

/** Looks at what is due, and signs what is gone; gives the milliseconds until there may be more, null for nothing that waits. */
export async function issueDue(deps: IssueDeps, signal?: AbortSignal): Promise<number | null> {
  const { db, log } = deps
  while (signal?.aborted !== true) {
    const due = await takeDue(db, atOnce, leaseMs)
    if (due.length === 0) break
    for (const row of due) {
      try {
        if (!(await (row.kind === 'image' ? issueImage(deps, row) : issueAccount(deps, row)))) {
          await postpone(db, row.id, againMs)
        }
      } catch (err) {
        // One whose files cannot be asked for keeps no other from being signed; it is due again when the lease ends.
        log.warn({ err, receipt: row.id }, 'receipts: it was not seen whether everything is gone')
      }
    }
  }
  return nextDueMs(db)
}

async function issueImage(deps: IssueDeps, row: ReceiptRow): Promise<boolean> {
  if (!(await deps.files.areGone(row.subjectId))) return false
  const goneAt = deps.clock.now()
  if (row.partOf !== null) {
    await settleReceipt(deps.db, row.id, { goneAt, jws: null })
    return true
  }
  const sum = createSum()
  sum.add(row.subjectId, row.destroyed as DestroyedImage)
  await sign(deps, row, composeClaims(row, sum.end(null), { ...deps, goneAt }), goneAt)
  return true
}

async function issueAccount(deps: IssueDeps, row: ReceiptRow): Promise<boolean> {
  const { db, files } = deps
  if (row.closedAt === null || (await partsWait(db, row.id))) return false
  if (await files.removalsWait(db, row.closedAt)) return false
  const sum = createSum()
  for (let after = firstId; ; ) {
    const parts = await listParts(db, row.id, after, partsAtOnce)
    for (const { imageId, destroyed } of parts) sum.add(imageId, destroyed)
    const last = parts.at(-1)
    if (last === undefined || parts.length < partsAtOnce) break
    after = last.imageId
  }
  const goneAt = deps.clock.now()
  const claims = composeClaims(row, sum.end(row.destroyed as DestroyedOfAccount), { ...deps, goneAt })
  await sign(deps, row, claims, goneAt)
  return true
}

/** The public key is there before anything that is signed by it. */
async function sign({ db, key }: IssueDeps, row: ReceiptRow, claims: object, goneAt: Date): Promise<void> {
  const jws = key.sign(claims)
  await db.transaction(async (tx) => {
    await keepPublicKey(tx, key.public)
    await settleReceipt(tx, row.id, { goneAt, jws })
    if (row.kind === 'account') await deleteParts(tx, row.id)
  })
}
