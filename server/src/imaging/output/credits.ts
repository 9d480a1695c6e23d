import { type ExifEntry, readExif } from '../metadata/exif.ts'

/** Who made a picture and who owns it. */
export interface Credits {
  artist?: string
  copyright?: string
}

export const creditTags = { artist: 0x013b, copyright: 0x8298 } as const
/** Characters of one that are kept. */
const longest = 1000

/**
 * Artist and copyright from an EXIF block as sharp gives it (with or without `Exif\0\0`). Anything unreadable is
 * left away: a damaged block must not cost the picture.
 */
export function exifCredits(exif: Uint8Array): Credits {
  const credits: Credits = {}
  const entries = readExif(exif, new Set(['picture']))?.directories.image ?? []
  for (const name of ['artist', 'copyright'] as const) {
    const entry = entries.find(({ tag }) => tag === creditTags[name])
    if (entry) keep(credits, name, textOf(entry))
  }
  return credits
}

const textOf = ({ value }: ExifEntry): string => new TextDecoder('utf-8').decode(value)

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The same from XMP (`dc:creator`, `dc:rights`), which is where photo agencies write them. */
export function xmpCredits(xmp: string): Credits {
  const credits: Credits = {}
  for (const [tag, name] of [
    ['creator', 'artist'],
    ['rights', 'copyright'],
  ] as const) {
    const block = xmp
      .slice(0, 262_144)
      .match(new RegExp(`<dc:${tag}\\b[^>]{0,200}>([\\s\\S]{0,4000}?)</dc:${tag}>`))?.[1]
    const items = [...(block ?? '').matchAll(/<rdf:li\b[^>]{0,200}>([^<]{1,2000})<\/rdf:li>/g)].map(
      (item) => item[1] ?? '',
    )
    keep(
      credits,
      name,
      items.join('; ').replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? ''),
    )
  }
  return credits
}

function keep(credits: Credits, name: keyof Credits, text: string): void {
  const clean = text
    .replace(/\0+$/, '')
    .replace(/<[^>]*>|[<>]/g, ' ')
    .replace(/[\p{Cc}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, longest)
  if (clean && credits[name] === undefined) credits[name] = clean
}
