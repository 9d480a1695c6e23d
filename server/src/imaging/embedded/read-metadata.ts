import type { ImageMetadata } from '@rendition/contract'
import { xmpInGif } from '../metadata/said-in-gif.ts'
import { hasContentCredentials } from './content-credentials.ts'
import { numberOf, placeOf } from './place.ts'
import { type FoundTags, type Tag, type Tags, tagsOf, tagsOfBlocks } from './tags-of.ts'
import { timeOf } from './taken-at.ts'
import { cleanText } from './texts.ts'

const longestName = 200
const longestText = 2_000
/** As many, and as long, as tags may be. */
const mostKeywords = 50
const longestKeyword = 64

/** What a file, or its first bytes, says of its picture. Never fails: a damaged block costs what it says and no more. */
export function readMetadata(file: Uint8Array): ImageMetadata {
  const packet = xmpInGif(file)
  const found = packet ? tagsOfBlocks({ xmp: packet }) : tagsOf(file)
  const { exif, xmp, iptc } = found
  return {
    takenAt: takenAt(found),
    camera: cameraOf(exif, xmp),
    lens: first(longestName, [textOf(exif.LensModel), textOf(xmp.LensModel), textOf(xmp.Lens)]),
    exposure: exposureOf(exif, xmp),
    title: first(longestName, [
      listOf(xmp.title)[0],
      textOf(iptc['Object Name']),
      textOf(iptc.Headline),
      textOf(xmp.Headline),
      textOf(exif.XPTitle),
    ]),
    description: first(longestText, [
      listOf(xmp.description)[0],
      textOf(iptc['Caption/Abstract']),
      textOf(exif.ImageDescription),
    ]),
    ...creditsIn(found),
    rating: ratingOf(xmp.Rating ?? exif.Rating),
    keywords: keywordsOf(xmp, iptc),
    contentCredentials: hasContentCredentials(file),
    place: placeOf(found),
  }
}

/** Who made a picture, who is to be named, and who owns it. */
export type Credits = Pick<ImageMetadata, 'creator' | 'credit' | 'copyright'>

export const creditsIn = ({ exif, xmp, iptc }: FoundTags): Credits => ({
  creator: first(longestText, [
    textOf(exif.Artist),
    listOf(xmp.creator).join('; '),
    listOf(iptc['By-line']).join('; '),
  ]),
  credit: first(longestText, [textOf(xmp.Credit), textOf(iptc.Credit)]),
  copyright: first(longestText, [
    textOf(exif.Copyright),
    listOf(xmp.rights)[0],
    textOf(iptc['Copyright Notice']),
  ]),
})

function takenAt({ exif, xmp, iptc }: FoundTags): string | null {
  const offset = textOf(exif.OffsetTimeOriginal) ?? textOf(exif.OffsetTime)
  const inXmp = [xmp.DateTimeOriginal, xmp.DateCreated].flatMap((tag) => timeOf(textOf(tag)) ?? [])
  const inIptc = timeOf(`${textOf(iptc['Date Created'])}T${clock(textOf(iptc['Time Created']))}`)
  const taken =
    timeOf(textOf(exif.DateTimeOriginal), offset) ??
    inXmp[0] ??
    timeOf(textOf(exif.DateTimeDigitized), textOf(exif.OffsetTimeDigitized) ?? offset) ??
    inIptc ??
    timeOf(textOf(xmp.CreateDate))
  // EXIF knew no zones before 2.31: another block may name that of the same time
  const zoned = (other: string | null): boolean =>
    taken !== null && other !== null && other !== taken && other.startsWith(taken)
  return [...inXmp, inIptc].find(zoned) ?? taken
}

/** `123000+0200`, as IPTC writes it, or with the colons already. */
const clock = (text: string | null): string =>
  (text ?? '00:00:00').replace(/^(\d{2})(\d{2})(\d{2})/, '$1:$2:$3').replace(/ /g, '')

/** `Canon EOS R5` and not `Canon Canon EOS R5`. */
function cameraOf(exif: Tags, xmp: Tags): string | null {
  const make = first(longestName, [textOf(exif.Make), textOf(xmp.Make)])
  const model = first(longestName, [textOf(exif.Model), textOf(xmp.Model)])
  if (make === null || model === null) return model ?? make
  const [brand = ''] = make.split(' ')
  return model.toLowerCase().startsWith(brand.toLowerCase())
    ? model
    : cleanText(`${make} ${model}`, longestName)
}

function exposureOf(exif: Tags, xmp: Tags): ImageMetadata['exposure'] {
  const of = (...tags: readonly (Tag | undefined)[]): number | null =>
    tags.map(numberOf).find((value) => value !== null) ?? null
  const iso = of(
    exif.ISOSpeedRatings,
    exif.PhotographicSensitivity,
    xmp.ISOSpeedRatings,
    xmp.PhotographicSensitivity,
  )
  const exposure = {
    time: within(of(exif.ExposureTime, xmp.ExposureTime), 1e-7, 1e6),
    aperture: within(of(exif.FNumber, xmp.FNumber), 0.1, 1000),
    iso: iso === null ? null : within(Math.round(iso), 1, 1e8),
    focalLength: within(of(exif.FocalLength, xmp.FocalLength), 0.1, 100_000),
  }
  return Object.values(exposure).every((value) => value === null) ? null : exposure
}

const within = (value: number | null, least: number, most: number): number | null =>
  value === null || value < least || value > most ? null : Number(value.toPrecision(6))

/** 1 to 5, and 0 for none; Windows writes 0 for what nobody rated, Adobe -1 for what was rejected. */
function ratingOf(tag: Tag | undefined): number | null {
  const value = numberOf(tag)
  return value === null || value < 1 || value > 5 ? null : Math.round(value)
}

function keywordsOf(xmp: Tags, iptc: Tags): string[] {
  const all = [...listOf(xmp.subject), ...listOf(iptc.Keywords)]
  const clean = all.slice(0, 1_000).flatMap((word) => cleanText(word, longestKeyword) ?? [])
  return [...new Set(clean)].slice(0, mostKeywords)
}

function first(longest: number, candidates: readonly (string | null | undefined)[]): string | null {
  for (const candidate of candidates) {
    const clean = cleanText(candidate, longest)
    if (clean !== null) return clean
  }
  return null
}

/** The text of a tag, whichever of its shapes it has. */
function textOf(tag: Tag | undefined): string | null {
  if (tag === undefined) return null
  const { value, description } = tag
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string'))
    return value.join(' ')
  return typeof description === 'string' ? description : null
}

/** The items of a tag that may have several. */
function listOf(tag: Tag | readonly Tag[] | undefined): string[] {
  if (tag === undefined) return []
  const items: readonly unknown[] = Array.isArray(tag)
    ? tag
    : Array.isArray((tag as Tag).value) && isListOfTags((tag as Tag).value as unknown[])
      ? ((tag as Tag).value as unknown[])
      : [tag]
  return items.flatMap((item) => textOf(item as Tag) ?? [])
}

const isListOfTags = (items: readonly unknown[]): boolean =>
  items.every((item) => typeof item === 'object' && item !== null && 'value' in item)
