import { Failure } from '@rendition/contract'
import { theService } from '../../platform/audit.ts'
import type { Database, Deeds, HoldOwner } from '../../platform/database/port.ts'
import { makeRoom } from '../searches/create-searches.ts'
import { insertSearch, lockSearch } from '../store/searches.ts'
import type { SearchLine } from './format.ts'

/** Keeps a search as it was where it was exported, under its own id. `known` for one that is here already. */
export function restoreSearch(
  { db, holdOwner, deeds }: { db: Database; holdOwner: HoldOwner; deeds: Deeds },
  ownerId: string,
  search: SearchLine,
): Promise<'restored' | 'known'> {
  return db.transaction(async (tx) => {
    if ((await lockSearch(tx, ownerId, search.id)) !== null) return 'known'
    await makeRoom(tx, ownerId, holdOwner)
    if ((await insertSearch(tx, { ...search, ownerId }, search)) === null)
      throw new Failure('conflict', 'There is a saved search with this name or id here already.')
    const { id, name, q } = search
    await deeds.record(tx, theService, {
      action: 'search.create',
      targetId: id,
      ownerId,
      details: { via: 'export' },
      words: { name, q },
    })
    return 'restored'
  })
}
