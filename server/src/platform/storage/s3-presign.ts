import type { S3ClientResolvedConfig } from '@aws-sdk/client-s3'
import {
  getCanonicalQuery,
  SHA256_HEADER,
  SIGNATURE_QUERY_PARAM,
  SignatureV4,
  UNSIGNED_PAYLOAD,
} from '@smithy/signature-v4'

/** Who signs: the client that talks to the storage knows credentials, those of a role included, and region. */
export type Signing = Pick<S3ClientResolvedConfig, 'credentials' | 'region' | 'sha256'>

/** One request that whoever holds the URL may make, as often as they like, until it ends. */
export interface Presigning {
  /** GET unless said. */
  method?: 'GET' | 'PUT'
  /** Bytes of the body, exactly: a signed header. */
  contentLength?: number
  /** The object as clients reach it: this host and this path are signed, and must arrive at the storage as they are. */
  url: string
  from: Date
  /** AWS takes up to a week. */
  seconds: number
  /** `response-content-type` and its like: headers that the storage puts into its answer. */
  parameters: Readonly<Record<string, string>>
}

/**
 * The query authentication of AWS Signature Version 4. Not by the SDK's own presigner: that signs for the endpoint which
 * its client talks to, and ours is the one inside.
 */
export async function presign(signing: Signing, presigning: Presigning): Promise<string> {
  const { origin, protocol, host, hostname, pathname } = new URL(presigning.url)
  const signer = new SignatureV4({ ...signing, service: 's3', uriEscapePath: false, applyChecksum: false })
  const signed = await signer.presign(
    {
      method: presigning.method ?? 'GET',
      protocol,
      hostname,
      path: pathname,
      query: { ...presigning.parameters },
      headers: {
        host,
        [SHA256_HEADER]: UNSIGNED_PAYLOAD,
        ...(presigning.contentLength === undefined
          ? {}
          : { 'content-length': String(presigning.contentLength) }),
      },
    },
    { signingDate: presigning.from, expiresIn: presigning.seconds },
  )
  const signature = String(signed.query?.[SIGNATURE_QUERY_PARAM])
  return `${origin}${pathname}?${getCanonicalQuery(signed)}&${SIGNATURE_QUERY_PARAM}=${signature}`
}
