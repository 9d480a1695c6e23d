import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { mayUse } from '../library/access.ts'
import { type AlbumRecord, lockAlbum, readAlbum } from '../store/albums.ts'

/** The album when the caller may use it; else `not_found`, as for a missing one. */
export const ownAlbum = async (
  db: Queryable,
  principal: Pick<Principal, 'userId' | 'role'>,
  id: string,
): Promise<AlbumRecord> => allowed(principal, await readAlbum(db, id))

/** The same, locked for the rest of the transaction. */
export const ownAlbumLocked = async (
  tx: Transaction,
  principal: Pick<Principal, 'userId' | 'role'>,
  id: string,
): Promise<AlbumRecord> => allowed(principal, await lockAlbum(tx, id))

function allowed(principal: Pick<Principal, 'userId' | 'role'>, album: AlbumRecord | null): AlbumRecord {
  if (album === null || !mayUse(principal, album)) throw new Failure('not_found', 'There is no such album.')
  return album
}
