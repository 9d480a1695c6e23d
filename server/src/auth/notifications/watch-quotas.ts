import { uuidv7 } from 'uuidv7'
import type { AuthDeps } from '../deps.ts'
import { insertNotice, listQuotaWatchers } from '../store/notices.ts'
import type { HoldingsOf } from '../usage/show-usage.ts'

const atOnce = 500
const near = 0.9
const firstId = '00000000-0000-0000-0000-000000000000'

/** Has accounts that wish it told, once a week, that nine tenths of what they may keep are used: of those that are named, or of all. */
export function createWatchQuotas({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>, holdingsOf: HoldingsOf) {
  return async (among: readonly string[] | null = null): Promise<void> => {
    if (among?.length === 0) return
    for (let after = firstId; ; ) {
      const ids = await listQuotaWatchers(db, clock.now(), { among, after, limit: atOnce })
      for (const id of ids) {
        const { bytes, images, limits } = await holdingsOf(id)
        const used = Math.max(
          limits.bytes === null ? 0 : bytes / Math.max(1, limits.bytes),
          limits.images === null ? 0 : images / Math.max(1, limits.images),
        )
        if (used < near) continue
        const details = { percent: Math.floor(used * 100) }
        await insertNotice(db, id, {
          id: uuidv7(),
          topic: 'quota',
          action: 'quota',
          details,
          createdAt: clock.now(),
        })
      }
      const last = ids.at(-1)
      if (last === undefined || ids.length < atOnce) return
      after = last
    }
  }
}
