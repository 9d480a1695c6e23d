import { createHash } from 'node:crypto'
import { type Readable, Transform } from 'node:stream'
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

/** A body that is summed up on its way; `verify` throws `checksum_mismatch`, or as the checksum says. */
export function summed(body: Readable, checksums: readonly Checksum[]): { body: Readable; verify(): void } {
  const hashes = checksums.map((said) => ({ ...said, hash: createHash(said.algorithm) }))
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (const { hash } of hashes) hash.update(chunk)
      done(null, chunk)
    },
  })
  body.once('error', (error) => tap.destroy(error))
  return {
    body: body.pipe(tap),
    verify() {
      for (const { hash, digest, refusal } of hashes) {
        if (!hash.digest().equals(digest)) throw new Failure(refusal ?? 'checksum_mismatch')
      }
    },
  }
}
