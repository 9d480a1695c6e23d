import type { HoldOwner } from '../../platform/database/port.ts'
import type { AlbumLine, SearchLine } from './format.ts'
import { restoreAlbum } from './restore-album.ts'
import { type RestoreDeps, type RestoreRequest, restoreImage } from './restore-image.ts'
import { restoreSearch } from './restore-search.ts'

/** Brings back what was exported, in an installation that may be empty. */
export interface Restore {
  image(request: RestoreRequest): Promise<'restored' | 'known'>
  album(ownerId: string, album: AlbumLine, imageIds: readonly string[]): Promise<'restored' | 'known'>
  search(ownerId: string, search: SearchLine): Promise<'restored' | 'known'>
}

export const createRestore = (deps: RestoreDeps & { holdOwner: HoldOwner }): Restore => ({
  image: (request) => restoreImage(deps, request),
  album: (ownerId, album, imageIds) => restoreAlbum(deps, ownerId, album, imageIds),
  search: (ownerId, search) => restoreSearch(deps, ownerId, search),
})
