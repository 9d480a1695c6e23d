import { defaultLadder, snapToLadder } from '@rendition/contract/delivery'
import { createUrlBuilder } from './url.ts'

/**
 * Loaders for image components. They run in the page and hold no key, so they ask for what is open of public images:
 * a width of the ladder in the best format the browser takes. Other shapes are CSS's (`object-fit`), or a signed URL's.
 */
export interface LoaderOptions {
  /** Scheme, host and path in front of `/images`. */
  baseUrl?: string
  /** The server's `DELIVERY_LADDER`, where it is not the default. */
  ladder?: readonly number[]
}

/** What next/image hands to its loader. `quality` is the server's business: the same width is one picture for all. */
export interface NextLoaderInput {
  /** An image id, or any delivery URL of it; a version in it (`?v=3`) makes the result immutable. */
  src: string
  width: number
  quality?: number
}

/**
 * A loader for next/image, for `loader={…}` or as the default export of `images.loaderFile`:
 * `export default nextLoader({ baseUrl: 'https://img.example' })`
 */
export function nextLoader(options: LoaderOptions = {}): (input: NextLoaderInput) => string {
  const urlOf = builderOf(options)
  return ({ src, width }) => urlOf(parseSource(src), width)
}

/** Operations of unpic; only the width is ours to choose. */
export interface UnpicOperations {
  width?: number | string
  height?: number | string
  format?: string
  quality?: number | string
}

export interface UnpicProvider {
  /** The image behind a delivery URL and the width asked of it; null for a URL that is none. */
  extract(url: string | URL): { src: string; operations: UnpicOperations; options: LoaderOptions } | null
  generate(src: string | URL, operations: UnpicOperations): string
  /** The same picture in another width. */
  transform(src: string | URL, operations: UnpicOperations): string
}

/** A provider in the shape of unpic's, for `transformer={provider.transform}` of its base components. */
export function unpicProvider(options: LoaderOptions = {}): UnpicProvider {
  const urlOf = builderOf(options)
  const generate: UnpicProvider['generate'] = (src, { width }) =>
    urlOf(parseSource(String(src)), width === undefined ? undefined : Number(width))
  return {
    extract(url) {
      const text = String(url)
      if (!deliveryUrl.test(text)) return null
      const { imageId, version } = parseSource(text)
      const width = new URLSearchParams(text.split('?')[1] ?? '').get('width')
      return {
        src: `${imageId}${version === undefined ? '' : `?v=${version}`}`,
        operations: width === null ? {} : { width: Number(width) },
        options,
      }
    },
    generate,
    transform: generate,
  }
}

interface Source {
  imageId: string
  version?: number
}

const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const deliveryUrl = new RegExp(`/images/${id}(?:[?#]|$)`)
const anySource = new RegExp(`(?:^|/images/)(${id})(?:\\?([^#]*))?(?:#|$)`)

function parseSource(src: string): Source {
  const match = anySource.exec(src)
  if (match?.[1] === undefined) throw new Error(`not an image id or delivery URL: ${src}`)
  const version = new URLSearchParams(match[2] ?? '').get('v')
  return { imageId: match[1], ...(version === null ? {} : { version: Number(version) }) }
}

function builderOf({ baseUrl = '', ladder = defaultLadder }: LoaderOptions) {
  const builder = createUrlBuilder({ baseUrl })
  return (source: Source, width: number | undefined): string =>
    builder.url({
      ...source,
      parameters: {
        width: width === undefined ? undefined : snapToLadder(width, ladder),
        format: 'auto',
      },
    })
}
