import type { Image, ImageMetadata, PublicOriginal, Size, UploadedImage } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { UrlSigner } from '../../platform/signing/index.ts'
import { presetRenditions } from '../renditions/presets.ts'
import { findKept, findRenditions } from '../store/renditions.ts'
import type { ImageRecord, VersionRecord } from '../store/rows.ts'
import type { PresetSet, Rendition, RenditionKeyOf, SettleRecipe } from '../types.ts'

/** What showing images needs. */
export interface ViewContext {
  signer: Pick<UrlSigner, 'imageUrl'>
  /** Those in force. */
  presets: () => PresetSet
  keyOf: RenditionKeyOf
  settle: SettleRecipe
  /** What strangers get of originals where their owner says nothing. */
  publicOriginals: PublicOriginal
  /** The account that is shown where its pictures were taken; null for whatever may go further than to it. */
  seesPlaceOf: string | null
}

/** The same, able to show what a caller may see of it. */
export interface FullViewContext extends ViewContext {
  signer: Pick<UrlSigner, 'imageUrl' | 'plainUrl'>
}

/**
 * What this caller is shown. A signed URL is as good as the picture, so it goes to whom the picture may go; anybody else
 * (a key that only uploads) gets the same address unsigned, which asks for a credential again.
 */
export function viewFor(context: FullViewContext, principal: Principal): ViewContext {
  if (principal.scopes.has('images:read')) return { ...context, seesPlaceOf: principal.userId }
  const { plainUrl } = context.signer
  return { ...context, signer: { imageUrl: ({ visibility: _, ...request }) => plainUrl(request) } }
}

/** The Image of the API, with the sizes that are ready. */
export async function viewImage(context: ViewContext, db: Queryable, image: ImageRecord): Promise<Image> {
  const [view] = await viewImages(context, db, [image])
  return view as Image
}

/** The same of one that has just come: nothing is made of it yet, and nobody has to look. */
export const viewNewImage = (context: ViewContext, image: ImageRecord): Image => ({
  ...factsOf(context, image),
  sizes: { original: originalSize(context, image) },
})

/** Many at once with one look at the ledger, or two where something is shown as an earlier epoch made it. */
export async function viewImages(
  context: ViewContext,
  db: Queryable,
  images: readonly ImageRecord[],
): Promise<Image[]> {
  const set = context.presets()
  const wanted = images.map((image) => ({
    image,
    presets: presetRenditions(set.presets, image, image.current, context),
  }))
  const rows = await findRenditions(
    db,
    images.map(({ id }) => id),
    [...new Set(wanted.flatMap(({ presets }) => presets.map(({ key }) => key)))],
  )
  const made = new Map(rows.map((row) => [`${row.imageId}/${row.key}`, row]))
  const lacking = wanted.filter(
    ({ image, presets }) =>
      image.status === 'complete' && presets.some(({ key }) => !made.has(`${image.id}/${key}`)),
  )
  const earlier = await findEarlier(
    db,
    lacking.map(({ image }) => image),
  )
  return wanted.map(({ image, presets }) => {
    const sizes: Record<string, Size> = {}
    // Nobody is given its picture, so no URL of it is told.
    if (image.trashedAt !== null) return { ...factsOf(context, image), sizes }
    for (const { name, key } of presets) {
      const rendition = made.get(`${image.id}/${key}`) ?? earlier.get(`${image.id}/${name}`)
      if (rendition !== undefined)
        sizes[name] = sizeOf(context, image, rendition, { preset: name, ...markOf(set) })
    }
    sizes.original = originalSize(context, image)
    return { ...factsOf(context, image), sizes }
  })
}

/**
 * Presets of complete images as they were made last, by image and name. The key of a preset changes with the engine's
 * epoch and with the preset, and images must not lose their sizes by that: the URL gives the new one when it is asked.
 */
async function findEarlier(
  db: Queryable,
  images: readonly ImageRecord[],
): Promise<ReadonlyMap<string, Rendition>> {
  const kept = await findKept(
    db,
    images.map(({ current }) => current),
  )
  return new Map(kept.flatMap((row) => (row.name === null ? [] : [[`${row.imageId}/${row.name}`, row]])))
}

/** Where a picture was taken is its owner's business: administrators, events and webhooks are told the rest. */
function metadataFor(image: ImageRecord, seesPlaceOf: string | null): ImageMetadata | null {
  const { metadata } = image.current.original
  if (metadata === null || seesPlaceOf === image.ownerId) return metadata
  return { ...metadata, place: null }
}

function factsOf({ publicOriginals, seesPlaceOf }: ViewContext, image: ImageRecord): Omit<Image, 'sizes'> {
  const { current } = image
  const { original } = current
  return {
    id: image.id,
    originalName: image.originalName,
    status: current.status,
    visibility: image.visibility,
    publicOriginal: image.publicOriginal ?? publicOriginals,
    contentType: original.contentType,
    width: current.width,
    height: current.height,
    size: original.size,
    sha256: original.sha256,
    orientation: original.orientation,
    placeholder:
      current.placeholder === null
        ? null
        : { thumbhash: current.placeholder.thumbhash, color: current.placeholder.color },
    palette: [...(current.placeholder?.palette ?? [])],
    metadata: metadataFor(image, seesPlaceOf),
    focalPoint: image.focalPoint,
    altText: image.altText,
    tags: image.tags,
    favourite: image.favourite,
    rating: image.rating,
    archived: image.archived,
    trashedAt: image.trashedAt?.toISOString() ?? null,
    version: image.version,
    jobId: current.jobId,
    uploadedAt: image.createdAt.toISOString(),
    processedAt: current.processedAt?.toISOString() ?? null,
    errorMessage: current.errorMessage,
  }
}

function sizeOf(
  { signer }: ViewContext,
  image: ImageRecord,
  rendition: Pick<Rendition, 'width' | 'height' | 'size' | 'format'>,
  query: { preset: string; set?: number },
): Size {
  const { id: imageId, visibility, version } = image
  const { width, height, size, format } = rendition
  return {
    url: signer.imageUrl({ imageId, visibility, version, query }),
    width,
    height,
    size,
    format,
  }
}

/** Names the set in URLs that are kept for a year: of another set they are others. The first needs no name. */
export const markOf = ({ version }: PresetSet): { set?: number } =>
  version === null || version === 1 ? {} : { set: version }

const originalSize = (context: ViewContext, image: ImageRecord): Size =>
  sizeOf(context, image, image.current.original, { preset: 'original' })

/** The picture of a version, in full. */
export function versionUrl({ signer }: ViewContext, image: ImageRecord, version: VersionRecord): string {
  return signer.imageUrl({
    imageId: image.id,
    visibility: image.visibility,
    version: version.version,
  })
}

/** The Image as an upload is answered; `linked` where its bytes were there before. */
export function uploadedView(
  context: ViewContext,
  image: ImageRecord,
  view: Image,
  linked: boolean,
): UploadedImage {
  return {
    ...view,
    imageId: image.id,
    jobId: image.current.jobId ?? '',
    url: versionUrl(context, image, image.current),
    message: linked ? 'These bytes were there already, as this image' : 'Image uploaded and saved',
  }
}
