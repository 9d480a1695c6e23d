import type { Image, Version } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import { type ShowDeps, showChanged } from '../library/show-changed.ts'
import { viewFor } from '../library/view.ts'
import { listVersions } from './list-versions.ts'
import { restoreVersion } from './restore-version.ts'
import { redo, undo } from './undo-redo.ts'

/** The versions of an image, and moving along them. */
export interface EditHistory {
  /** Versions with numbers below `below`, the newest first. */
  versions(principal: Principal, imageId: string, page: { below: number; limit: number }): Promise<Version[]>
  undo(principal: Principal, imageId: string): Promise<Image>
  redo(principal: Principal, imageId: string): Promise<Image>
  /** Appends a version that is version `n` again. */
  restore(principal: Principal, imageId: string, n: number): Promise<Image>
}

export function createHistory(deps: ChangeDeps & ShowDeps): EditHistory {
  return {
    versions: (principal, imageId, page) =>
      listVersions(deps.db, viewFor(deps.view, principal), principal, imageId, page),
    undo: (principal, imageId) => showChanged(deps, principal, undo(deps, principal, imageId)),
    redo: (principal, imageId) => showChanged(deps, principal, redo(deps, principal, imageId)),
    restore: (principal, imageId, n) =>
      showChanged(deps, principal, restoreVersion(deps, principal, imageId, n)),
  }
}
