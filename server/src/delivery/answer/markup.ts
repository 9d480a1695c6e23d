import type { Image, Markup, MarkupQuery } from '@rendition/contract'
import { escapeMarkup } from '@rendition/contract/markup'
import { thumbHashToDataURL } from 'thumbhash'
import type { VersionFacts } from '../../images/index.ts'
import type { UrlSigner } from '../../platform/signing/index.ts'

/** What a page needs to know of an image besides its pixels. */
export type Described = Pick<Image, 'visibility' | 'altText' | 'placeholder'>

const smallest = 320
const usual = 1080

/** What to paste into a page: one `<picture>` with every width, and the ThumbHash behind it until it is there. */
export function markupOf(
  image: Described,
  version: VersionFacts,
  query: MarkupQuery,
  options: { signer: UrlSigner; ladder: readonly number[] },
): Markup {
  const wanted = query.widths?.split(',').map(Number)
  const widths = (wanted ?? options.ladder.filter((width) => width >= smallest)).filter(
    (width) => width > 0 && width <= version.width,
  )
  const list = widths.length === 0 ? [version.width] : [...new Set(widths)].sort((a, b) => a - b)
  const urlOf = (width: number): string => {
    const request = {
      imageId: version.imageId,
      version: version.version,
      query: { width, format: 'auto' },
    }
    const open = image.visibility === 'public' && options.ladder.includes(width)
    return open ? options.signer.plainUrl(request) : options.signer.signedUrl(request)
  }
  const srcset = list.map((width) => `${urlOf(width)} ${width}w`).join(', ')
  const src = urlOf(list.findLast((width) => width <= usual) ?? list[0] ?? version.width)
  const placeholder =
    image.placeholder === null ? null : thumbHashToDataURL(Buffer.from(image.placeholder.thumbhash, 'base64'))
  const alt = image.altText ?? ''
  const style = [
    'max-width:100%',
    'height:auto',
    ...(image.placeholder === null || placeholder === null
      ? []
      : [`background:${image.placeholder.color} url(${placeholder}) center/cover no-repeat`]),
  ].join(';')
  const attributes = {
    src,
    srcset,
    sizes: query.sizes,
    width: String(version.width),
    height: String(version.height),
    alt,
    loading: query.loading,
    decoding: 'async',
    style,
  }
  const written = Object.entries(attributes).map(([name, value]) => `${name}="${escapeMarkup(value)}"`)
  return {
    html: `<picture><img ${written.join(' ')}></picture>`,
    src,
    srcset,
    sizes: query.sizes,
    width: version.width,
    height: version.height,
    alt,
    // Accept chooses the format of every URL, so one source serves all.
    sources: [],
    placeholder,
  }
}
