import type { MetadataPolicy, OutputFormat } from '@rendition/contract/recipe'
import { type Credits, creditsIn } from '../embedded/read-metadata.ts'
import { tagsOfBlocks } from '../embedded/tags-of.ts'
import { type Blocks, noBlocks } from '../metadata/blocks.ts'
import { type ExifEntry, isEmpty, readExif, textEntry, writeExif } from '../metadata/exif.ts'
import { creditSet, filterIptc, readPhotoshop, writePhotoshop } from '../metadata/iptc.ts'
import { ofTheFile, type Subject } from '../metadata/tags.ts'
import { bytesOf, latin1 } from '../metadata/values.ts'
import { filterXmp } from '../metadata/xmp.ts'
import type { Origin } from '../origin.ts'
import { creditTags, packetOfCredits, withCredit } from './credits.ts'

type Source = Pick<Origin, 'metadata' | 'exif'>

/** What is kept. How a gain map is applied is told by whoever writes the map. */
const subjects = {
  details: new Set<Subject>(['picture']),
  keep: new Set<Subject>(['picture', 'place', 'device']),
} as const satisfies Partial<Record<MetadataPolicy, ReadonlySet<Subject>>>

/** Of a source all outputs are told the same, and an XML parser takes milliseconds for a long packet. */
const readCredits = new WeakMap<Source, Credits>()

function creditsOf(source: Source): Credits {
  const known = readCredits.get(source)
  if (known) return known
  const { metadata, exif } = source
  const found = tagsOfBlocks({
    exif: metadata?.exif ?? exif ?? undefined,
    xmp: metadata?.xmp,
    iptc: metadata?.iptc,
  })
  const credits = creditsIn(found)
  readCredits.set(source, credits)
  return credits
}

/** What a rendition is written as. */
export interface Carrier {
  format: OutputFormat
  /** Its XMP tells of its gain map, and of nothing else. */
  gainMap?: boolean
}

/**
 * What a rendition says beside its pixels, built anew from what is known of the source. Nothing is copied as it is: a
 * block of the source may hold the whole picture once more, which a crop or a blur was to take away. Who made it, owns it and is to be
 * named it says in every format, unless it is to say nothing.
 */
export function blocksOf(
  source: Source,
  policy: MetadataPolicy,
  { format, gainMap = false }: Carrier,
): Blocks {
  if (policy === 'strip') return noBlocks
  const credits = creditsOf(source)
  const { credit, ...owners } = credits
  const owned = creditEntries(owners)
  // There, nothing else is written
  if (format === 'tiff' || format === 'gif')
    return { ...noBlocks, exif: exifWith([], owned), xmp: packetOfCredits(credits) }
  const blocks =
    policy === 'copyright' ? { ...noBlocks, exif: exifWith([], owned) } : keptOf(source, policy, owned)
  if (gainMap) return { ...blocks, xmp: null, iptc: iptcNaming(blocks.iptc, credit) }
  // EXIF has no place for who is to be named
  if (credit === null) return blocks
  return {
    ...blocks,
    xmp: blocks.xmp === null ? packetOfCredits({ credit }) : withCredit(blocks.xmp, credit),
  }
}

function keptOf(source: Source, policy: keyof typeof subjects, owned: readonly ExifEntry[]): Blocks {
  const { metadata } = source
  const wanted = subjects[policy]
  const block = metadata?.exif ?? source.exif
  const kept = block ? readExif(block, wanted) : null
  return {
    exif: kept === null ? exifWith([], owned) : withCredits(kept, owned),
    xmp: metadata?.xmp ? packed(filterXmp(metadata.xmp, wanted)) : null,
    iptc: metadata?.iptc ? iptcOf(metadata.iptc, wanted) : null,
  }
}

/** The block, with who is to be named where it does not say so itself. */
function iptcNaming(block: Uint8Array | null, credit: string | null): Uint8Array | null {
  if (credit === null || (block && creditsIn(tagsOfBlocks({ iptc: block })).credit !== null)) return block
  return writePhotoshop(creditSet(credit, block ? readPhotoshop(block).iptc : undefined))
}

function creditEntries({ creator, copyright }: Omit<Credits, 'credit'>): ExifEntry[] {
  return [
    ...(creator === null ? [] : [textEntry(creditTags.artist, creator)]),
    ...(copyright === null ? [] : [textEntry(creditTags.copyright, copyright)]),
  ]
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
