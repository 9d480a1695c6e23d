import {
  deliveryPath,
  expiryParameter,
  formatSignature,
  signatureBase,
  signatureExpiry,
  signatureParameter,
} from '@rendition/contract/delivery'

/** Parameters of a delivery URL by their names there (`width` or `w`, `fit`, `preset`, …); `undefined` is left out. */
export type PictureParameters = Readonly<Record<string, string | number | boolean | undefined>>

/** A key of the server's. Whoever holds it can make any URL: it belongs on servers, never into a page. */
export interface UrlKey {
  id: string
  secret: string
}

export interface UrlBuilderOptions {
  /** Scheme, host and path in front of `/images`; empty for URLs relative to the page. */
  baseUrl?: string
  key?: UrlKey
  /** As on the server, so that both name the same URL: a signed URL stays the same for so long. Six hours. */
  windowMs?: number
  /** Milliseconds since 1970. */
  now?: () => number
}

export interface Picture {
  imageId: string
  /** Named, the URL is immutable and is kept for a year; left out, it follows the current version. */
  version?: number
  parameters?: PictureParameters
}

export interface UrlBuilder {
  /** Without a signature: for the caller's own requests, and for what is open of public images. */
  url(picture: Picture): string
  /** For anyone to use until it ends. Throws without a key. */
  signed(picture: Picture): Promise<string>
  /** The value of `srcset` for these widths in pixels, signed when there is a key. */
  srcset(picture: Picture, widths: readonly number[]): Promise<string>
}

const sixHours = 6 * 3_600_000

/** Builds and signs the URLs that the server builds and signs, with WebCrypto: in Node, browsers and edge runtimes. */
export function createUrlBuilder(options: UrlBuilderOptions = {}): UrlBuilder {
  const { key, windowMs = sixHours, now = Date.now } = options
  const base = (options.baseUrl ?? '').replace(/\/+$/, '')
  let imported: Promise<CryptoKey> | undefined

  const parametersOf = ({ version, parameters = {} }: Picture): URLSearchParams => {
    const query = new URLSearchParams()
    if (version !== undefined) query.set('v', String(version))
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) query.set(name, String(value))
    }
    return query
  }
  const format = (imageId: string, query: URLSearchParams): string => {
    const text = query.toString()
    return `${base}${deliveryPath(imageId)}${text === '' ? '' : `?${text}`}`
  }
  const sign = async (picture: Picture): Promise<string> => {
    if (key === undefined) throw new Error('signing a URL needs a key')
    imported ??= importKey(key.secret)
    const query = parametersOf(picture)
    query.set(expiryParameter, String(signatureExpiry(picture.imageId, now(), windowMs)))
    const text = new TextEncoder().encode(signatureBase(picture.imageId, query))
    const mac = await crypto.subtle.sign('HMAC', await imported, text)
    query.set(signatureParameter, formatSignature(key.id, base64url(new Uint8Array(mac))))
    return format(picture.imageId, query)
  }

  return {
    url: (picture) => format(picture.imageId, parametersOf(picture)),
    signed: sign,
    async srcset(picture, widths) {
      const urls = widths.map(async (width) => {
        const sized = { ...picture, parameters: { ...picture.parameters, width } }
        const url = key === undefined ? format(sized.imageId, parametersOf(sized)) : await sign(sized)
        return `${url} ${width}w`
      })
      return (await Promise.all(urls)).join(', ')
    },
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
