import type { Image, Size, UploadedImage } from '@rendition/contract'
import type { Queryable } from '../platform/database/port.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import { findKept, findRenditions } from './ledger.ts'
import { presetRenditions } from './presets.ts'
import type { ImageRecord, VersionRecord } from './rows.ts'
import type { Preset, Rendition } from './types.ts'

/** What showing images needs. */
export interface ViewContext {
  signer: Pick<UrlSigner, 'imageUrl'>
  presets: ReadonlyMap<string, Preset>
  engineEpoch: number | string
}

/** The Image of the API, with the sizes that are ready. */
export async function viewImage(context: ViewContext, db: Queryable, image: ImageRecord): Promise<Image> {
  const [view] = await viewImages(context, db, [image])
  return view as Image
}

/** Many at once with one look at the ledger, or two where something is shown as an earlier epoch made it. */
export async function viewImages(
  context: ViewContext,
  db: Queryable,
  images: readonly ImageRecord[],
): Promise<Image[]> {
  const wanted = images.map((image) =>
    presetRenditions(context.presets, image, image.current, context.engineEpoch),
  )
  const rows = await findRenditions(
    db,
    images.map(({ id }) => id),
    [...new Set(wanted.flat().map(({ key }) => key))],
  )
  const made = new Map(rows.map((row) => [`${row.imageId}/${row.key}`, row]))
  const earlier = await findEarlier(
    db,
    images.filter(
      ({ id, status }, at) =>
        status === 'complete' && wanted[at]?.some(({ key }) => !made.has(`${id}/${key}`)),
    ),
  )
  return images.map((image, at) => {
    const sizes: Record<string, Size> = {}
    for (const { name, key } of wanted[at] ?? []) {
      const rendition = made.get(`${image.id}/${key}`) ?? earlier.get(`${image.id}/${name}`)
      if (rendition !== undefined) sizes[name] = sizeOf(context, image, rendition, name)
    }
    sizes.original = originalSize(context, image)
    return { ...factsOf(image), sizes }
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

function factsOf(image: ImageRecord): Omit<Image, 'sizes'> {
  const { current } = image
  const { original } = current
  return {
    id: image.id,
    originalName: image.originalName,
    status: current.status,
    visibility: image.visibility,
    contentType: original.contentType,
    width: current.width,
    height: current.height,
    size: original.size,
    sha256: original.sha256,
    orientation: original.orientation,
    placeholder: current.placeholder,
    focalPoint: image.focalPoint,
    altText: image.altText,
    tags: image.tags,
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
  preset: string,
): Size {
  const { id: imageId, visibility, version } = image
  const { width, height, size, format } = rendition
  return {
    url: signer.imageUrl({ imageId, visibility, version, query: { preset } }),
    width,
    height,
    size,
    format,
  }
}

const originalSize = (context: ViewContext, image: ImageRecord): Size =>
  sizeOf(context, image, image.current.original, 'original')

/** The picture of a version, in full. */
export function versionUrl({ signer }: ViewContext, image: ImageRecord, version: VersionRecord): string {
  return signer.imageUrl({
    imageId: image.id,
    visibility: image.visibility,
    version: version.version,
  })
}

/** The Image as an upload is answered. */
export function uploadedView(context: ViewContext, image: ImageRecord, view: Image): UploadedImage {
  return {
    ...view,
    imageId: image.id,
    jobId: image.current.jobId ?? '',
    url: versionUrl(context, image, image.current),
    message: 'The image was stored; its renditions are being made.',
  }
}
