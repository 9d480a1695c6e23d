import type { Auth } from '../auth/index.ts'
import type { Images } from '../images/index.ts'
import { listJobOwners } from '../jobs/index.ts'
import { listWebhookOwners } from '../notify/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'

const batch = 500
const before = '00000000-0000-0000-0000-000000000000'

/**
 * Removes what belongs to nobody: rows and blobs whose owner has no account. Each owner is removed as an erased account
 * is, in steps that may be repeated, so a stop in between loses nothing. The rooms look through their own tables.
 */
export async function sweepOwnerless(
  db: Database,
  { auth, images }: { auth: Pick<Auth, 'eraseOwnerless'>; images: Pick<Images, 'holdings'> },
  log: Logger,
): Promise<void> {
  const lists = [
    images.holdings.owners,
    (after: string, limit: number) => listJobOwners(db, after, limit),
    (after: string, limit: number) => listWebhookOwners(db, after, limit),
  ]
  for (const listOwners of lists) {
    let after = before
    for (;;) {
      const owners = await listOwners(after, batch)
      const last = owners.at(-1)
      if (last === undefined) break
      const gone = await auth.eraseOwnerless(owners)
      if (gone.length > 0) log.warn({ owners: gone }, 'what belonged to no account was removed')
      after = last
    }
  }
}
