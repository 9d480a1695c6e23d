import type { Usage, UsageQuery } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import { listUsage } from '../store/usage.ts'
import { dayOf } from './counter.ts'

/** What another room holds for an account, and may hold at most; null for no limit. */
export type HoldingsOf = (ownerId: string) => Promise<Pick<Usage, 'images' | 'bytes' | 'limits'>>

const dayMs = 86_400_000

/** What the caller has here now, and what was done for it on each of the last days. */
export type ShowUsage = (principal: Principal, query: UsageQuery) => Promise<Usage>

export function createShowUsage(
  { db, clock }: Pick<AuthDeps, 'db' | 'clock'>,
  holdingsOf: HoldingsOf,
): ShowUsage {
  return async ({ userId }, { days }) => {
    const from = dayOf(new Date(clock.now().getTime() - (days - 1) * dayMs))
    const [holdings, counted] = await Promise.all([holdingsOf(userId), listUsage(db, userId, from)])
    return { ...holdings, from, days: counted }
  }
}
