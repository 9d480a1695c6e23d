import {
  type DuplicateGroup,
  Failure,
  isId,
  type Page,
  type PageQuery,
  type SimilarImage,
} from '@rendition/contract'
import { holdOwnerLock } from '../../platform/database/locks.ts'
import type { Database } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { readImages } from '../store/images.ts'
import { findAlike, listGroups, readLook, sortIn, takeUnsorted } from '../store/looks.ts'
import { ownImage } from './access.ts'
import { type FullViewContext, viewFor, viewImages } from './view.ts'

export interface AlikeDeps {
  db: Database
  view: FullViewContext
}

/** Of a group; the others of a large one are had by what is similar to one of them. */
const shownOfGroup = 20
/** At a time: a search each, of a millisecond. */
const sortedAtOnce = 100
/** What a reader waits for; more is left to the upkeep. */
const sortedForReader = 500

/** What the account has that looks nearly like an image, the most alike first. None where it has no features. */
export async function listSimilar(
  { db, view }: AlikeDeps,
  principal: Principal,
  imageId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<SimilarImage>> {
  const after = cursor === undefined ? null : readPlace(cursor)
  const { ownerId } = await ownImage(db, principal, imageId)
  const look = await readLook(db, imageId)
  if (look === null) return { items: [], nextCursor: null }
  const found = await findAlike(db, ownerId, look, { without: imageId, after, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const images = await viewsOf(
    { db, view },
    principal,
    page.map((each) => each.imageId),
  )
  const items = page.flatMap(({ imageId: id, difference }) => {
    const image = images.get(id)
    return image === undefined ? [] : [{ difference, image }]
  })
  return { items, nextCursor: found.length > limit && last !== undefined ? writePlace(last) : null }
}

/** The account's images in groups that look nearly the same, those that began last first. */
export async function listDuplicates(
  deps: AlikeDeps,
  { userId, ...principal }: Principal,
  query: PageQuery,
): Promise<Page<DuplicateGroup>> {
  const { db } = deps
  const before = cursorOf(query)
  // What came a moment ago belongs to it.
  for (let sorted = 0; sorted < sortedForReader; sorted += sortedAtOnce) {
    if ((await sortLooks(db, userId)) < sortedAtOnce) break
  }
  const groups = await listGroups(db, userId, { before, limit: query.limit + 1, most: shownOfGroup })
  const images = await viewsOf(
    deps,
    { userId, ...principal },
    groups.slice(0, query.limit).flatMap(({ imageIds }) => imageIds),
  )
  const { items, nextCursor } = pageOf(
    groups.map((group) => ({ ...group, id: group.groupId })),
    query.limit,
    ({ count, imageIds }) => ({
      count,
      images: imageIds.flatMap((id) => images.get(id) ?? []),
    }),
  )
  // One that lost its images between two statements is none.
  return { items: items.filter((group) => group.images.length > 1), nextCursor }
}

/** Sorts some looks of an account into groups, one process after the other; gives how many. */
export function sortLooks(db: Database, ownerId: string): Promise<number> {
  return db.transaction(async (tx) => {
    await holdOwnerLock(tx, 'looks', ownerId)
    const unsorted = await takeUnsorted(tx, ownerId, sortedAtOnce)
    for (const each of unsorted) await sortIn(tx, ownerId, each)
    return unsorted.length
  })
}

async function viewsOf({ db, view }: AlikeDeps, principal: Principal, imageIds: readonly string[]) {
  const views = await viewImages(viewFor(view, principal), db, await readImages(db, imageIds))
  return new Map(views.map((image) => [image.id, image]))
}

const writePlace = ({ difference, imageId }: { difference: number; imageId: string }): string =>
  `${difference}.${imageId}`

function readPlace(cursor: string): { difference: number; imageId: string } {
  const [, difference = '', imageId = ''] = /^(\d)\.(.+)$/.exec(cursor) ?? []
  if (difference !== '' && isId(imageId)) return { difference: Number(difference), imageId }
  const errors = [{ path: 'cursor', message: 'is not a cursor of this list' }]
  throw new Failure('invalid_request', undefined, { errors })
}
