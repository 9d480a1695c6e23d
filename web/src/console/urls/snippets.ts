import { escapeMarkup } from '@rendition/contract/markup'
import type { Snippet } from '../code.tsx'

export interface Described {
  id: string
  /** What a stranger may be given: signed, or open. Absolute. */
  url: string
  signed: boolean
  /** As they are chosen, without what belongs to a signature. */
  parameters: Readonly<Record<string, string>>
  /** Of the picture that comes out; null where it is not known yet. */
  size: { width: number; height: number } | null
  alt: string
  origin: string
  version: number | null
}

/** Text as a literal of JavaScript, with its quotes. */
const literal = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
/** Text as one word of a shell. */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const isNumber = (text: string): boolean => /^-?(\d+(\.\d+)?|\.\d+)$/.test(text)
const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text)

/** Parameters as an object of JavaScript: numbers and flags as such. */
function objectOf(parameters: Described['parameters'], indent: string): string {
  const rows = Object.entries(parameters).map(([name, value]) => {
    const written = isNumber(value) || value === 'true' || value === 'false' ? value : literal(value)
    return `${indent}  ${isName(name) ? name : literal(name)}: ${written},`
  })
  return rows.length === 0 ? '{}' : `{\n${rows.join('\n')}\n${indent}}`
}

/** The same picture in what programs are written in. */
export function snippetsOf(of: Described): Snippet[] {
  const { url, size, alt, id, parameters, origin, signed, version } = of
  const sizes = size === null ? '' : ` width="${size.width}" height="${size.height}"`
  const jsxSizes = size === null ? '' : `\n  width={${size.width}}\n  height={${size.height}}`
  const versioned = version === null ? '' : `\n  version: ${version},`
  return [
    { name: 'URL', code: url },
    {
      name: 'HTML',
      code: `<img src="${escapeMarkup(url)}"${sizes} alt="${escapeMarkup(alt)}" loading="lazy">`,
    },
    {
      name: 'React',
      code: `<img
  src={${literal(url)}}${jsxSizes}
  alt={${literal(alt)}}
  loading="lazy"
/>`,
    },
    {
      name: 'Next',
      code: signed
        ? `// next.config.js: images: { unoptimized: true }: the picture is made as it is to be
import Image from 'next/image'

<Image
  src={${literal(url)}}
  alt={${literal(alt)}}${size === null ? '\n  fill' : jsxSizes}
  unoptimized
/>`
        : `// rendition-loader.js, named by images.loaderFile in next.config.js
import { nextLoader } from '@rendition/client'
export default nextLoader({ baseUrl: ${literal(origin)} })

// In a page: widths of the ladder, in the best format, of a public image
import Image from 'next/image'

<Image src=${JSON.stringify(version === null ? id : `${id}?v=${version}`)} alt={${literal(alt)}}${size === null ? ' fill' : jsxSizes} />`,
    },
    {
      name: 'curl',
      code: signed
        ? `curl -o picture ${word(url)}`
        : `curl -o picture -H "X-API-Key: $RENDITION_KEY" ${word(url)}`,
    },
    {
      name: 'Client',
      code: `import { env } from 'node:process'
import { createClient, createUrlBuilder } from '@rendition/client'

const picture = {
  imageId: '${id}',${versioned}
  parameters: ${objectOf(parameters, '  ')},
}
// Open for public images; elsewhere signed by whoever holds the key
createUrlBuilder({ baseUrl: ${literal(origin)} }).url(picture)

// The signed URL, from the service
const client = createClient({ baseUrl: ${literal(origin)}, apiKey: env.RENDITION_KEY })
const { url } = await client.images.explain(picture.imageId, picture.parameters)`,
    },
    {
      name: 'Job',
      code: `curl -X POST ${word(`${origin}/api/images/${id}/transform`)} \\
  -H "X-API-Key: $RENDITION_KEY" -H 'content-type: application/json' \\
  -d ${word(JSON.stringify({ ...typed(forJobs(parameters)), saveImage: false }))}`,
    },
  ]
}

/** What a URL alone knows, a job does not take. */
const ofUrls = new Set(['v', 'set', 'download', 'exp', 'sig', 'share'])
const forJobs = (parameters: Described['parameters']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => !ofUrls.has(name) && value !== 'auto'),
  )
const typed = (parameters: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      isNumber(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value,
    ]),
  )
