/** What a file name may hold on every system: no separators, no control characters, nothing that Windows reserves. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\/:*?"<>|%]+/gu
const longest = 120
/** File systems take 255 bytes; an archive puts its own behind a name. */
const longestBytes = 200

const extensions: Readonly<Record<string, string>> = {
  jpeg: 'jpg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
  tiff: 'tif',
  heic: 'heic',
}

/** Types that a browser shows as a picture and runs nothing of. Everything else is only ever downloaded. */
const inline: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/avif',
  'image/gif',
  'image/tiff',
  'image/heic',
  'image/heif',
])

export interface NamedContent {
  originalName: string
  format: string
  contentType: string
  /** `true` for the image's own name, a text for another one; absent to show it in place. */
  download?: true | string | undefined
}

/** A type we decided that browsers may show; anything else becomes bytes without a meaning. */
export function safeContentType(contentType: string): string {
  return inline.has(contentType) ? contentType : 'application/octet-stream'
}

/** `Content-Disposition` of RFC 6266 with an RFC 8187 name, safe for any text a user once typed. */
export function contentDisposition(content: NamedContent): string {
  const attached = content.download !== undefined || !inline.has(content.contentType)
  const wanted = typeof content.download === 'string' ? content.download : content.originalName
  const name = fileName(wanted, extensions[content.format])
  const ascii = name.replace(/[^\x20-\x7e]/g, '_')
  const extended = ascii === name ? '' : `; filename*=UTF-8''${encodeExtended(name)}`
  return `${attached ? 'attachment' : 'inline'}; filename="${ascii}"${extended}`
}

/** The name without its ending and what no system takes in one, for a file of this format. */
export function safeFileName(name: string, format: string): { stem: string; extension: string } {
  const whole = fileName(name, extensions[format] ?? format)
  const dot = whole.lastIndexOf('.')
  return { stem: whole.slice(0, dot), extension: whole.slice(dot) }
}

/** The name with the extension of what is sent: `photo.heic` made into WebP is `photo.webp`. */
function fileName(wanted: string, extension: string | undefined): string {
  const clean = wanted
    .normalize('NFC')
    .replace(unsafe, '_')
    .replace(/^[. ]+/, '')
    .trim()
  const dot = clean.lastIndexOf('.')
  const known = dot > 0 && clean.length - dot <= 5
  const stem = cut((known ? clean.slice(0, dot) : clean).replace(/[. ]+$/, ''))
  return `${stem === '' ? 'image' : stem}${extension === undefined ? '' : `.${extension}`}`
}

/** Cuts between characters, never inside a surrogate pair. */
function cut(text: string): string {
  let [kept, bytes] = ['', 0]
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (kept.length + character.length > longest || bytes > longestBytes) break
    kept += character
  }
  return kept
}

/** attr-char of RFC 8187: encodeURIComponent leaves four characters that it does not allow. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
