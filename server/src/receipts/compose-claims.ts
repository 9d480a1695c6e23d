import { createHash } from 'node:crypto'
import { type ReceiptClaims, receiptOriginals } from '@rendition/contract'
import type { Amount, DestroyedImage, DestroyedOfAccount } from '../platform/erasure/port.ts'
import type { ReceiptRow } from './store/receipts.ts'

type Destroyed = ReceiptClaims['destroyed']

/** Adds up images, given in the order of their ids. */
export function createSum() {
  const hash = createHash('sha256')
  const none = (): Amount => ({ count: 0, bytes: 0 })
  const sum: Omit<Destroyed, 'account'> = {
    images: 0,
    originals: { ...none(), listed: [], digest: '' },
    versions: 0,
    levels: none(),
    cached: none(),
    madeByJobs: none(),
    results: 0,
    jobs: 0,
    shares: 0,
    albums: 0,
    exports: 0,
  }
  return {
    add(image: string, destroyed: DestroyedImage): void {
      sum.images += 1
      for (const { sha256, bytes } of destroyed.originals) {
        hash.update(`${image} ${sha256}\n`)
        sum.originals.count += 1
        sum.originals.bytes += bytes
        if (sum.originals.listed.length < receiptOriginals)
          sum.originals.listed.push({ image, sha256, bytes })
      }
      for (const name of ['levels', 'cached', 'madeByJobs'] as const) {
        sum[name].count += destroyed[name].count
        sum[name].bytes += destroyed[name].bytes
      }
      for (const name of ['versions', 'results', 'jobs', 'shares', 'albums', 'exports'] as const) {
        sum[name] += destroyed[name]
      }
    },
    end(account: DestroyedOfAccount | null): Destroyed {
      sum.originals.digest = hash.digest('hex')
      return { ...sum, account: account === null ? null : { ...account } }
    },
  }
}

const yearMs = 365 * 86_400_000
/** What a cache without word from us keeps of a URL with `v=`: docs/caches.md. */
const cachedMs = yearMs + 86_400_000 + 60_000

/** What is signed. */
export function composeClaims(
  row: ReceiptRow,
  destroyed: Destroyed,
  { issuer, goneAt, purges }: { issuer: string; goneAt: Date; purges: boolean },
): ReceiptClaims {
  const later = new Date(row.requestedAt.getTime() + cachedMs).toISOString()
  return {
    iss: issuer,
    jti: row.id,
    sub: row.subjectId,
    iat: Math.floor(goneAt.getTime() / 1000),
    kind: row.kind,
    owner: row.ownerId,
    because: row.because,
    requestedAt: row.requestedAt.toISOString(),
    goneAt: goneAt.toISOString(),
    destroyed,
    mayRemain: [
      {
        where: 'browsers',
        until: later,
        note: 'Of a picture that was public, a browser that has seen it may show it that long; nobody can tell it.',
      },
      purges
        ? {
            where: 'caches in front',
            until: null,
            note: 'They are told to forget it, again and again until they answer; usually within a minute.',
          }
        : {
            where: 'caches in front',
            until: later,
            note: 'Where one stands in front of the service and the picture was public: it is not told.',
          },
      { where: 'backups', until: null, note: 'Those that the operator makes are not known to the service.' },
    ],
  }
}
