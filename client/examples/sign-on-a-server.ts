/**
 * URLs of private pictures for a page that your own server renders. The key is the first of `urlKeys` in
 * the service's `secrets.json` and never leaves the server; the URLs are the ones the service would sign itself, and stay
 * the same for hours, so browsers and caches keep what they fetched.
 */
import { createUrlBuilder, type UrlBuilderOptions, type UrlKey } from '@rendition/client'

export interface Photo {
  id: string
  version: number
  title: string
}

/** One card of a gallery: a square picture for everyone who gets this page, and the whole one as a download. */
export async function card(
  photo: Photo,
  key: UrlKey,
  options: Omit<UrlBuilderOptions, 'key'> = { baseUrl: 'https://images.example.org' },
): Promise<string> {
  const urls = createUrlBuilder({ ...options, key })
  const picture = { imageId: photo.id, version: photo.version }
  const square = (side: number): Promise<string> =>
    urls.signed({
      ...picture,
      parameters: { width: side, height: side, gravity: 'attention', format: 'auto' },
    })
  const [one, two, download] = await Promise.all([
    square(320),
    square(640),
    urls.signed({ ...picture, parameters: { preset: 'large', download: photo.title } }),
  ])
  return `<a href="${escapeHtml(download)}"><img src="${escapeHtml(one)}" srcset="${escapeHtml(`${one} 1x, ${two} 2x`)}" width="320" height="320" alt="${escapeHtml(photo.title)}"></a>`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (found) => entities[found] ?? '')
