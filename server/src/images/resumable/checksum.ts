import { type ErrorCode, Failure } from '@rendition/contract'

/** In the order of our preference; tus asks for sha1 of every server. */
export const checksumAlgorithms = ['sha256', 'sha1', 'sha512', 'md5'] as const

export interface Checksum {
  algorithm: (typeof checksumAlgorithms)[number]
  digest: Buffer
  /** What other bytes are refused with. */
  refusal?: ErrorCode
}

/** Reads `Upload-Checksum`; throws `invalid_request` for what it cannot be. */
export function readChecksum(header: string | undefined): Checksum | null {
  if (header === undefined) return null
  const [name = '', value = '', ...more] = header.trim().split(' ')
  const algorithm = checksumAlgorithms.find((known) => known === name)
  if (algorithm === undefined || more.length > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) {
    const message = `must be one of ${checksumAlgorithms.join(', ')}, a space and the digest in base64`
    throw new Failure('invalid_request', undefined, { errors: [{ path: 'Upload-Checksum', message }] })
  }
  return { algorithm, digest: Buffer.from(value, 'base64') }
}
