import { Failure, isId } from '@rendition/contract'
import type { ImageReader, VersionFacts } from '../../images/index.ts'
import { notAnId } from '../../platform/http/problems.ts'
import type { UrlSigner } from '../../platform/signing/index.ts'
import type { DeliveryConfig } from '../config.ts'
import { type Audience, isOpen, noSuchImage, openPrivate, openPublic } from './access.ts'
import type { KnownImage, KnownImages } from './known-images.ts'
import type { PictureRequest } from './picture-request.ts'
import { type Query, readQuery, withHints } from './read-query.ts'

/** What a request asks for, of which version of which image; whoever holds this may have it. */
export interface Admitted {
  image: KnownImage
  version: VersionFacts
  query: Query
  audience: Audience
  /** Anyone may have it, without a signature. */
  open: boolean
  /** It is given to whoever asks, or to the guests of a share: nobody whose credential opens the image. */
  stranger: boolean
  /** Unix seconds; null when the URL is not signed. */
  expiresAt: number | null
}

export interface AdmitOptions {
  knownImages: KnownImages
  signer: Pick<UrlSigner, 'verify'>
  shares: Pick<ImageReader, 'shareOpens'>
  config: DeliveryConfig
}

/** Finds the image and judges who may have this of it. A missing image and one that is not for this caller are one 404. */
export async function admit(
  request: PictureRequest,
  { knownImages, signer, shares, config }: AdmitOptions,
): Promise<Admitted> {
  // First, so that a forged URL costs one hash and nothing is learned from how the rest would have gone.
  const { signed, expiresAt } = signer.verify(request.imageId, request.query)
  const image = isId(request.imageId) ? await knownImages.get(request.imageId) : null
  if (image === null) {
    // As much work as for another user's image, and the same 503 while credentials cannot be judged.
    if (!signed) await request.caller()
    throw isId(request.imageId) ? noSuchImage() : notAnId()
  }
  const { facts } = image
  // Read before anything is judged where a signature vouches for it: a share gives less than a signature alone.
  const vouched = signed ? readQuery(request.query, config) : null
  if (vouched?.request.share !== undefined) {
    return admitGuest(request, image, vouched, expiresAt, { knownImages, shares, config })
  }
  const hidden = facts.visibility === 'private' ? await openPrivate(facts, signed, request.caller) : null
  const query = vouched ?? readQuery(request.query, config)
  if (query.request.share !== undefined) throw shareUnsigned()
  const open = hidden === null && isOpen(query, config.ladder, query.autoDpr)
  const audience = hidden ?? (await openPublic(facts, signed || open, request.caller))
  const version = await knownImages.version(facts.id, query.request.version ?? facts.version)
  if (version === null) throw noSuchImage()
  return {
    image,
    version,
    query: withHints(query, request.hints, version.width, config),
    audience,
    open,
    stranger: audience === 'public' && !signed,
    expiresAt,
  }
}

const shareUnsigned = (): Failure =>
  new Failure('signature_required', 'The URL names a share, and has no signature that goes with it.')

/**
 * A guest of a share: asked of the database each time, so that the URL ends with the share, with the place of the image in
 * it, and with every change of what it gives. Always the current version: an earlier one was edited for a reason.
 */
async function admitGuest(
  request: PictureRequest,
  image: KnownImage,
  query: Query,
  expiresAt: number | null,
  { knownImages, shares, config }: Pick<AdmitOptions, 'knownImages' | 'shares' | 'config'>,
): Promise<Admitted> {
  const { facts } = image
  const { share = '', version: asked } = query.request
  if (!(await shares.shareOpens(share, facts.id))) throw noSuchImage()
  const version = await knownImages.version(facts.id, facts.version)
  if (version === null || (asked !== undefined && asked !== facts.version)) throw noSuchImage()
  return {
    image,
    version,
    query: withHints(query, request.hints, version.width, config),
    audience: 'shared',
    open: false,
    stranger: true,
    expiresAt,
  }
}
