import { changesOf, type Deed } from '../../platform/audit.ts'
import type { ShareRecord } from '../store/shares.ts'

/** What it gives. Of its password that there is one. */
const givenBy = ({ type, albumId, sizes, downloads, uploads, expiresAt, passwordHash }: ShareRecord) => ({
  type,
  ...(albumId === null ? {} : { albumId }),
  sizes,
  downloads,
  uploads,
  expiresAt,
  password: passwordHash !== null,
})

const about = ({ id, ownerId }: ShareRecord) => ({ targetId: id, ownerId })

export const madeDeed = (share: ShareRecord, imageIds: readonly string[]): Deed => ({
  action: 'share.create',
  ...about(share),
  details: { ...givenBy(share), ...(imageIds.length === 0 ? {} : { images: imageIds.length, imageIds }) },
  words: share.title === null ? {} : { title: share.title },
})

/** What became another of it; null where nothing did. A password that was set again counts, and is not said. */
export function changeDeed(before: ShareRecord, after: ShareRecord, passwordSet: boolean): Deed | null {
  const [was, is] = [givenBy(before), givenBy(after)]
  const details = {
    ...changesOf(was, is, ['sizes', 'downloads', 'uploads', 'expiresAt', 'password']),
    ...(passwordSet && was.password && is.password ? { password: 'changed' } : {}),
  }
  const words = changesOf(before, after, ['title'])
  const isSame = Object.keys({ ...details, ...words }).length === 0
  return isSame ? null : { action: 'share.change', ...about(after), details, words }
}

export const revokeDeed = (share: ShareRecord): Deed => ({
  action: 'share.revoke',
  ...about(share),
  details: givenBy(share),
  words: share.title === null ? {} : { title: share.title },
})
