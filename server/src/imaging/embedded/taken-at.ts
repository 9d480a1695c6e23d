const date = /(\d{4})(?:[:-](\d{2})(?:[:-](\d{2}))?)?/.source
const clock = /(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?/.source
const pattern = new RegExp(`^${date}(?:[T ]${clock})?$`)

/**
 * A time of EXIF (`2024:05:01 12:30:00`), XMP or IPTC as ISO 8601, with its offset where there is one: of a day, month or year
 * alone, as old photos have it, its first second. null for what is no time, as of cameras whose clock was never set.
 */
export function timeOf(value: unknown, offset?: unknown): string | null {
  if (typeof value !== 'string' || value.length > 40) return null
  const match = pattern.exec(value.trim())
  if (match === null) return null
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', zone] = match
  // A clock belongs to a day
  if (match[4] !== undefined && match[3] === undefined) return null
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const read = new Date(`${local}Z`)
  if (Number.isNaN(read.getTime()) || read.toISOString().slice(0, 19) !== local) return null
  if (Number(year) < 1800 || Number(year) > 2200) return null
  return `${local}${zoneOf(zone) ?? zoneOf(offset) ?? ''}`
}

function zoneOf(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const text = value.replace(/\0/g, '').trim()
  if (text === 'Z') return '+00:00'
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(text)
  if (match === null || Number(match[2]) > 14 || Number(match[3]) > 59) return null
  return `${match[1]}${match[2]}:${match[3]}`
}
