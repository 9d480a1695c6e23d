import type { Image, Share, Shared, SharedImage } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { UrlSigner } from '../../platform/signing/index.ts'
import { type ViewContext, viewImages } from '../library/view.ts'
import type { ImageRecord } from '../store/rows.ts'
import { readShareFaces } from '../store/share-items.ts'
import { type ShareRecord, shareName } from '../store/shares.ts'

/** Shares as their owner is shown them. */
export async function viewShares(db: Queryable, shares: readonly ShareRecord[]): Promise<Share[]> {
  const faces = await readShareFaces(
    db,
    shares.map(({ id }) => id),
  )
  return shares.map((share) => ({
    id: share.id,
    type: share.type,
    albumId: share.albumId,
    title: share.title,
    imageCount: faces.get(share.id)?.count ?? 0,
    sizes: [...share.sizes],
    downloads: share.downloads,
    uploads: share.uploads,
    hasPassword: share.passwordHash !== null,
    expiresAt: share.expiresAt?.toISOString() ?? null,
    createdAt: share.createdAt.toISOString(),
    updatedAt: share.updatedAt.toISOString(),
  }))
}

export async function viewShare(db: Queryable, share: ShareRecord): Promise<Share> {
  const [view] = await viewShares(db, [share])
  return view as Share
}

/** A share as its guests are shown it: nothing that names its owner or the ids of what is theirs. */
export async function viewForGuest(
  { presets }: Pick<ViewContext, 'presets'>,
  db: Queryable,
  share: ShareRecord,
): Promise<Shared['share']> {
  const face = (await readShareFaces(db, [share.id])).get(share.id)
  const known = presets().presets
  return {
    type: share.type,
    title: share.title ?? face?.albumName ?? null,
    imageCount: face?.count ?? 0,
    // Where none is left guests are told so, and wait for nothing.
    sizes: share.sizes.filter((name) => name === 'original' || known.has(name)),
    downloads: share.downloads,
    uploads: share.uploads,
    expiresAt: share.expiresAt?.toISOString() ?? null,
  }
}

/** Images as guests are shown them: by URLs of this share, in the sizes that it allows. */
export async function viewSharedImages(
  { view, signer }: { view: ViewContext; signer: Pick<UrlSigner, 'signedUrl'> },
  db: Queryable,
  share: ShareRecord,
  images: readonly ImageRecord[],
): Promise<SharedImage[]> {
  const named = { share: shareName(share) }
  // Without a version: guests see what the owner made of it last.
  const imageUrl: ViewContext['signer']['imageUrl'] = ({ imageId, query }) =>
    signer.signedUrl({ imageId, query: { ...query, ...named } })
  const shown = await viewImages({ ...view, seesPlaceOf: null, signer: { imageUrl } }, db, images)
  return shown.map((image) => {
    const sizes = Object.fromEntries(
      Object.entries(image.sizes).filter(([name]) => share.sizes.includes(name)),
    )
    return {
      id: image.id,
      name: image.originalName,
      altText: image.altText,
      width: image.width,
      height: image.height,
      placeholder: image.placeholder,
      sizes,
      downloads: share.downloads ? downloadsOf(image, Object.keys(sizes), named, signer) : {},
    }
  })
}

const downloadsOf = (
  { id: imageId }: Image,
  sizes: readonly string[],
  named: { share: string },
  signer: Pick<UrlSigner, 'signedUrl'>,
): Record<string, string> =>
  Object.fromEntries(
    sizes.map((preset) => [
      preset,
      signer.signedUrl({ imageId, query: { preset, download: true, ...named } }),
    ]),
  )
