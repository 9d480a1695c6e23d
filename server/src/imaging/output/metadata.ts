import type { MetadataPolicy } from '@rendition/contract/recipe'
import type { Metadata, Sharp } from 'sharp'
import { exifRights, hasRights, type Rights, xmpRights } from './exif.ts'

/** Artist and copyright of a source; EXIF is believed before XMP. */
export function rightsOf(metadata: Metadata | null): Rights {
  const fromXmp = metadata?.xmpAsString ? xmpRights(metadata.xmpAsString) : {}
  const fromExif = metadata?.exif ? exifRights(metadata.exif) : {}
  return { ...fromXmp, ...fromExif }
}

/**
 * What goes into the file beside the pixels. Those are sRGB, which is what a browser takes an untagged file for, so
 * a profile (and its bytes) is written under `keep` only. Location is in EXIF and XMP, and goes with them.
 */
export function applyMetadata(pipeline: Sharp, policy: MetadataPolicy, rights: Rights): Sharp {
  if (policy === 'keep') return pipeline.keepMetadata().withIccProfile('srgb')
  if (policy === 'strip' || !hasRights(rights)) return pipeline
  return pipeline.withExif({
    IFD0: {
      ...(rights.artist && { Artist: rights.artist }),
      ...(rights.copyright && { Copyright: rights.copyright }),
    },
  })
}
