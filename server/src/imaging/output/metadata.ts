import type { MetadataPolicy } from '@rendition/contract/recipe'
import { type Blocks, noBlocks } from '../metadata/blocks.ts'
import { type ExifEntry, isEmpty, readExif, textEntry, writeExif } from '../metadata/exif.ts'
import { filterIptc, readPhotoshop, writePhotoshop } from '../metadata/iptc.ts'
import { ofTheFile, type Subject } from '../metadata/tags.ts'
import { bytesOf, latin1 } from '../metadata/values.ts'
import { filterXmp } from '../metadata/xmp.ts'
import type { Origin } from '../origin.ts'
import { type Credits, creditTags, exifCredits, xmpCredits } from './credits.ts'

type Source = Pick<Origin, 'metadata' | 'exif'>

/** What is kept. How a gain map is applied is told by whoever writes the map. */
const subjects = {
  details: new Set<Subject>(['picture']),
  keep: new Set<Subject>(['picture', 'place', 'device']),
} as const satisfies Partial<Record<MetadataPolicy, ReadonlySet<Subject>>>

/** Artist and copyright of a source; EXIF is believed before XMP. */
function creditsOf({ metadata, exif }: Source): Credits {
  const fromXmp = metadata?.xmpAsString ? xmpCredits(metadata.xmpAsString) : {}
  const block = metadata?.exif ?? exif
  const fromExif = block ? exifCredits(block) : {}
  return { ...fromXmp, ...fromExif }
}

/**
 * What a rendition says beside its pixels, built anew from what is known of the source. Nothing is copied as it is: a
 * block of the source may hold the whole picture once more, which a crop or a blur was to take away.
 */
export function blocksOf(source: Source, policy: MetadataPolicy): Blocks {
  if (policy === 'strip') return noBlocks
  const credits = creditEntries(creditsOf(source))
  if (policy === 'copyright') return { ...noBlocks, exif: exifWith([], credits) }
  const { metadata } = source
  const wanted = subjects[policy]
  const block = metadata?.exif ?? source.exif
  const kept = block ? readExif(block, wanted) : null
  return {
    exif: kept === null ? exifWith([], credits) : withCredits(kept, credits),
    xmp: metadata?.xmp ? packed(filterXmp(metadata.xmp, wanted)) : null,
    iptc: metadata?.iptc ? iptcOf(metadata.iptc, wanted) : null,
  }
}

function creditEntries(credits: Credits): ExifEntry[] {
  return (['artist', 'copyright'] as const).flatMap((name) => {
    const text = credits[name]
    return text === undefined ? [] : [textEntry(creditTags[name], text)]
  })
}

function exifWith(image: readonly ExifEntry[], more: readonly ExifEntry[]): Uint8Array | null {
  const directories = { image: [...image, ...more], exif: [], gps: [], interop: [] }
  return isEmpty({ directories }) ? null : writeExif({ little: false, directories })
}

/** Credits that stood in XMP alone are written into EXIF as well, where more readers look. */
function withCredits(
  { little, directories }: NonNullable<ReturnType<typeof readExif>>,
  credits: readonly ExifEntry[],
): Uint8Array | null {
  const image = directories.image.filter(({ tag }) => !ofTheFile.has(tag))
  const missing = credits.filter(({ tag }) => !image.some((entry) => entry.tag === tag))
  const exif = directories.exif.filter(({ tag }) => !ofTheFile.has(tag))
  const all = { ...directories, exif, image: [...image, ...missing] }
  return isEmpty({ directories: all }) ? null : writeExif({ little, directories: all })
}

/** Without the room that blanks and the packet's own padding take. */
function packed(packet: Uint8Array | null): Uint8Array | null {
  if (packet === null) return null
  return bytesOf(latin1(packet).replace(/\s{8,}/g, '\n'))
}

function iptcOf(block: Uint8Array, wanted: ReadonlySet<Subject>): Uint8Array | null {
  return writePhotoshop(filterIptc(readPhotoshop(block).iptc, wanted).kept)
}
