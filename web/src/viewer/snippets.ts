import type { Markup } from '@rendition/contract'

/** Inside of `[…]` and `(…)` of Markdown. */
const escapeText = (text: string): string => text.replace(/[\\[\]]/g, '\\$&').replace(/\s+/g, ' ')
const escapeUrl = (url: string): string =>
  url.replace(/[()\s]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)

/** `![alt](url)` */
export const markdownOf = (url: string, alt: string): string => `![${escapeText(alt)}](${escapeUrl(url)})`

/** The same `<picture>` as JSX. Values are string literals, so that nothing in them ends one. */
export function reactOf({ src, srcset, sizes, width, height, alt, sources }: Markup): string {
  const value = (text: string): string => `{${JSON.stringify(text)}}`
  const lines = [
    '<picture>',
    ...sources.map(
      ({ type, srcset: set }) =>
        `  <source type=${value(type)} srcSet=${value(set)} sizes=${value(sizes)} />`,
    ),
    '  <img',
    `    src=${value(src)}`,
    ...(srcset === '' ? [] : [`    srcSet=${value(srcset)}`, `    sizes=${value(sizes)}`]),
    `    width={${width}}`,
    `    height={${height}}`,
    `    alt=${value(alt)}`,
    '    loading="lazy"',
    '    decoding="async"',
    "    style={{ maxWidth: '100%', height: 'auto' }}",
    '  />',
    '</picture>',
  ]
  return lines.join('\n')
}
