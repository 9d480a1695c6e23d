import { z } from 'zod'
import { wordsOf } from '../config/words.ts'

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const prefixPattern = /^([a-z0-9_-][a-z0-9._-]*\/)*$/

const parametersSchema = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().min(1).default('us-east-1'),
  pathStyle: z.stringbool().optional(),
  sse: z.enum(['AES256', 'aws:kms']).optional(),
  kmsKeyId: z.string().min(1).optional(),
})

/** What an `s3://` URL says. */
export interface S3Address {
  bucket: string
  /** Put before every key: empty, or ending in a slash. */
  prefix: string
  endpoint: string | undefined
  region: string
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`: the rule wherever an endpoint is given, unless said. */
  pathStyle: boolean
  encryption: { algorithm: 'AES256' | 'aws:kms'; keyId: string | undefined } | undefined
  /** From the URL; else the SDK looks where AWS programs look: environment, files, the machine's role. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined
}

/**
 * Reads `s3://[key:secret@]bucket[/prefix]?endpoint=…&region=…&pathStyle=true&sse=aws:kms&kmsKeyId=…`.
 * Throws with the name of what is wrong, never with the secret.
 */
export function parseS3Url(text: string, name = 'STORAGE_URL'): S3Address {
  const url = new URL(text)
  const parameters = parametersSchema.safeParse(Object.fromEntries(url.searchParams))
  if (!parameters.success) {
    const faults = parameters.error.issues.map((issue) => [...issue.path, wordsOf(issue)].join(' '))
    throw new Error(`${name}: ${faults.join('; ')}`)
  }
  const { endpoint, region, pathStyle, sse, kmsKeyId } = parameters.data
  if (!bucketName.test(url.hostname)) throw new Error(`${name}: "${url.hostname}" is not a bucket name`)
  const path = url.pathname.replace(/^\/+|\/+$/g, '')
  const prefix = path === '' ? '' : `${path}/`
  if (!prefixPattern.test(prefix)) throw new Error(`${name}: the prefix may hold a-z 0-9 . _ - and slashes`)
  if (kmsKeyId !== undefined && sse !== 'aws:kms') throw new Error(`${name}: kmsKeyId needs sse=aws:kms`)
  if ((url.username === '') !== (url.password === '')) {
    throw new Error(`${name}: give key and secret, or neither`)
  }
  return {
    bucket: url.hostname,
    prefix,
    endpoint,
    region,
    pathStyle: pathStyle ?? endpoint !== undefined,
    encryption: sse === undefined ? undefined : { algorithm: sse, keyId: kmsKeyId },
    credentials:
      url.username === ''
        ? undefined
        : {
            accessKeyId: decodeURIComponent(url.username),
            secretAccessKey: decodeURIComponent(url.password),
          },
  }
}
