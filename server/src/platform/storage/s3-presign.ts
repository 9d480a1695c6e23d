import { createHash, createHmac } from 'node:crypto'

/** One GET that whoever holds the URL may make, as often as they like, until it ends. */
export interface Presigning {
  /** The object as clients reach it: this host and this path are signed, and must arrive at the storage as they are. */
  url: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined }
  from: Date
  /** AWS takes up to a week. */
  seconds: number
  /** `response-content-type` and its like: headers that the storage puts into its answer. */
  parameters: Readonly<Record<string, string>>
}

/**
 * The query authentication of AWS Signature Version 4. By hand, for the host is one that the SDK does not know: its
 * presigner signs for the endpoint that a client talks to, and ours is the one inside. Held to AWS' published example.
 */
export function presignGet(presigning: Presigning): string {
  const { region, credentials, seconds } = presigning
  const { origin, host, pathname } = new URL(presigning.url)
  const time = presigning.from.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = time.slice(0, 8)
  const scope = `${day}/${region}/s3/aws4_request`
  const query = canonicalQuery({
    ...presigning.parameters,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(seconds),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  })
  const request = ['GET', pathname, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n')
  const hash = createHash('sha256').update(request).digest('hex')
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (above, part) => hmac(above, part),
    `AWS4${credentials.secretAccessKey}`,
  )
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, hash].join('\n')).toString('hex')
  return `${origin}${pathname}?${query}&X-Amz-Signature=${signature}`
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  const byName = Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1))
  return byName.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&')
}

/** Everything but `A-Z a-z 0-9 - _ . ~`, of which encodeURIComponent leaves five more. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
