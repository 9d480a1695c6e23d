import type { Place } from '@rendition/contract'
import type { FoundTags, Tag } from './tags-of.ts'
import { cleanText } from './texts.ts'

const longestName = 200

/** Where a picture was taken, as its file says; null when it says nothing of that. */
export function placeOf({ exif, xmp, iptc, gps }: FoundTags): Place | null {
  const latitude = degrees(gps.Latitude, xmp.GPSLatitude, 90)
  const longitude = degrees(gps.Longitude, xmp.GPSLongitude, 180)
  const known = latitude !== null && longitude !== null
  const name = (...tags: readonly (Tag | undefined)[]): string | null => {
    for (const tag of tags) {
      const text = cleanText(typeof tag?.value === 'string' ? tag.value : tag?.description, longestName)
      if (text !== null) return text
    }
    return null
  }
  const place: Place = {
    latitude: known ? latitude : null,
    longitude: known ? longitude : null,
    altitude: known ? finite(exif.GPSAltitude ? gps.Altitude : altitudeIn(xmp), 100_000) : null,
    location: name(xmp.Location, iptc['Sub-location']),
    city: name(xmp.City, iptc.City),
    region: name(xmp.State, iptc['Province/State']),
    country: name(xmp.Country, iptc['Country/Primary Location Name']),
  }
  return Object.values(place).every((value) => value === null) ? null : place
}

const finite = (value: unknown, most: number): number | null =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= most
    ? Number(value.toFixed(7))
    : null

/** XMP writes `51,30.5N`, or `51,30,30N`. */
function degrees(fromExif: unknown, fromXmp: Tag | undefined, most: number): number | null {
  const exact = finite(fromExif, most)
  if (exact !== null || typeof fromXmp?.value !== 'string') return exact
  const match = /^(\d{1,3}),(\d{1,2}(?:\.\d{1,10})?)(?:,(\d{1,2}(?:\.\d{1,10})?))?([NSEW])$/.exec(
    fromXmp.value,
  )
  if (match === null) return null
  const [, whole, minutes, seconds = '0', side = ''] = match
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600
  return finite('SW'.includes(side) ? -value : value, most)
}

/** Below the sea where its reference is 1, as in EXIF. */
function altitudeIn(xmp: FoundTags['xmp']): number | null {
  const height = numberOf(xmp.GPSAltitude)
  return height !== null && numberOf(xmp.GPSAltitudeRef) === 1 ? -height : height
}

/** A number, or the quotient that EXIF writes instead; of XMP as text, and the first where it may hold several. */
export function numberOf(tag: Tag | undefined): number | null {
  const value = firstOf(tag?.value)
  const inList = isTag(value) ? value.value : value
  const parts = typeof inList === 'string' ? inList.split('/') : Array.isArray(inList) ? inList : [inList]
  const [number = Number.NaN, by = 1] =
    parts.length <= 2 ? parts.map((part) => (isBlank(part) ? Number.NaN : Number(part))) : []
  return Number.isFinite(number / by) ? number / by : null
}

const firstOf = (value: unknown): unknown =>
  Array.isArray(value) && (value.length === 1 || isTag(value[0])) ? (value[0] as unknown) : value
/** Of which `Number` makes 0. */
const isBlank = (part: unknown): boolean =>
  part === null || part === undefined || (typeof part === 'string' && part.trim() === '')
const isTag = (value: unknown): value is Tag =>
  typeof value === 'object' && value !== null && 'value' in value
