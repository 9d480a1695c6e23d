import type { MetadataPolicy } from '@rendition/contract/recipe'
import type { Sharp } from 'sharp'
import type { Origin } from '../source.ts'
import { exifRights, hasRights, type Rights, xmpRights } from './exif.ts'

/** Artist and copyright of a source; EXIF is believed before XMP. */
export function rightsOf({ metadata, exif }: Pick<Origin, 'metadata' | 'exif'>): Rights {
  const fromXmp = metadata?.xmpAsString ? xmpRights(metadata.xmpAsString) : {}
  const block = metadata?.exif ?? exif
  const fromExif = block ? exifRights(block) : {}
  return { ...fromXmp, ...fromExif }
}

/**
 * What goes into the file beside the pixels. Those are sRGB, which is what a browser takes an untagged file for, so
 * a profile (and its bytes) is written under `keep` only. Location is in EXIF and XMP, and goes with them.
 */
export function applyMetadata(
  pipeline: Sharp,
  policy: MetadataPolicy,
  origin: Pick<Origin, 'metadata' | 'exif'>,
): Sharp {
  const rights = rightsOf(origin)
  const fields = {
    IFD0: {
      ...(rights.artist && { Artist: rights.artist }),
      ...(rights.copyright && { Copyright: rights.copyright }),
    },
  }
  if (policy === 'keep') {
    const kept = pipeline.keepMetadata().withIccProfile('srgb')
    // sharp can attach single fields only, so of EXIF that came beside the bytes the rights are all that is kept.
    return origin.exif && hasRights(rights) ? kept.withExifMerge(fields) : kept
  }
  return policy === 'strip' || !hasRights(rights) ? pipeline : pipeline.withExif(fields)
}
