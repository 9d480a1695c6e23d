import {
  Failure,
  type NewSavedSearch,
  type SavedSearch,
  type SavedSearchChange,
  type SavedSearchList,
  savedSearchesLimit,
} from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { changesOf } from '../../platform/audit.ts'
import type { Database, Deeds, HoldOwner, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { holdQuota } from '../store/locks.ts'
import {
  countSearches,
  deleteSearch,
  insertSearch,
  listSearches,
  lockSearch,
  type SearchRecord,
  updateSearch,
} from '../store/searches.ts'

/** Searches that an account keeps under names. */
export interface SavedSearches {
  list(principal: Principal): Promise<SavedSearchList>
  create(principal: Principal, request: NewSavedSearch): Promise<SavedSearch>
  change(principal: Principal, id: string, change: SavedSearchChange): Promise<SavedSearch>
  remove(principal: Principal, id: string): Promise<void>
}

export interface SearchesDeps {
  db: Database
  holdOwner: HoldOwner
  deeds: Deeds
}

export function createSearches({ db, holdOwner, deeds }: SearchesDeps): SavedSearches {
  return {
    async list({ userId }) {
      return { items: (await listSearches(db, userId, savedSearchesLimit)).map(viewOf) }
    },
    create: (principal, request) =>
      db.transaction(async (tx) => {
        const { userId: ownerId } = principal
        await makeRoom(tx, ownerId, holdOwner)
        const made = await insertSearch(tx, { id: uuidv7(), ownerId, ...request })
        if (made === null) throw nameTaken()
        const { id, name, q } = made
        await deeds.record(tx, principal, { action: 'search.create', targetId: id, words: { name, q } })
        return viewOf(made)
      }),
    change: (principal, id, change) =>
      db.transaction(async (tx) => {
        const { userId: ownerId } = principal
        // Two that want one name wait for each other here, so that the second is told.
        await holdQuota(tx, ownerId)
        const before = await lockSearch(tx, ownerId, id)
        if (before === null) throw noSuch()
        const { name = before.name, q = before.q, sort = before.sort } = change
        const after = await updateSearch(tx, { id, ownerId, name, q, sort })
        if (after === null) throw nameTaken()
        const words = changesOf(before, after, ['name', 'q'])
        if (Object.keys(words).length > 0)
          await deeds.record(tx, principal, { action: 'search.change', targetId: id, words })
        return viewOf(after)
      }),
    remove: (principal, id) =>
      db.transaction(async (tx) => {
        const { userId: ownerId } = principal
        const before = await lockSearch(tx, ownerId, id)
        if (before === null || !(await deleteSearch(tx, ownerId, id))) throw noSuch()
        const { name, q } = before
        await deeds.record(tx, principal, { action: 'search.delete', targetId: id, words: { name, q } })
      }),
  }
}

/** Holds the account, and refuses one more than it may have. */
export async function makeRoom(tx: Transaction, ownerId: string, holdOwner: HoldOwner): Promise<void> {
  await holdQuota(tx, ownerId)
  await holdOwner(tx, ownerId)
  if ((await countSearches(tx, ownerId)) >= savedSearchesLimit)
    throw new Failure('quota_exceeded', `An account may keep ${savedSearchesLimit} searches.`)
}

const noSuch = (): Failure => new Failure('not_found', 'There is no such saved search.')
const nameTaken = (): Failure => new Failure('conflict', 'Another saved search has this name.')

const viewOf = ({ id, name, q, sort, createdAt, updatedAt }: SearchRecord): SavedSearch => ({
  id,
  name,
  q,
  sort,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
})
