import type { Version } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { ownImage } from '../library/access.ts'
import { type ViewContext, versionUrl } from '../library/view.ts'
import { readBases, readVersions } from '../store/versions.ts'

/** Versions with numbers below `below`, the newest first. */
export async function listVersions(
  db: Queryable,
  view: ViewContext,
  principal: Principal,
  imageId: string,
  page: { below: number; limit: number },
): Promise<Version[]> {
  const image = await ownImage(db, principal, imageId)
  const versions = await readVersions(db, imageId, page)
  const bases = await readBases(db, imageId)
  return versions.map((version) => ({
    version: version.version,
    parent: version.parent,
    base: bases.get(version.original.key) ?? version.version,
    current: version.version === image.version,
    cause: version.cause,
    recipe: version.recipe,
    status: version.status,
    width: version.width,
    height: version.height,
    url: versionUrl(view, image, version),
    createdAt: version.createdAt.toISOString(),
  }))
}
