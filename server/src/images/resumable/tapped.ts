import { createHash, type Hash } from 'node:crypto'
import { Failure } from '@rendition/contract'
import type { Checksum } from './checksum.ts'

export interface Tapped {
  chunks: AsyncIterable<Buffer>
  /** How many bytes went through. */
  bytes(): number
  /** Throws `checksum_mismatch`, or as the checksum says. */
  verify(): void
}

/** A body that is counted and summed up on its way; one that brings more than it may ends with `file_too_large`. */
export function tapped(
  body: AsyncIterable<Buffer>,
  options: { most: number; checksums: readonly Checksum[]; running: Hash | null },
): Tapped {
  const { most, running } = options
  const checks = options.checksums.map((said) => ({ ...said, hash: createHash(said.algorithm) }))
  const hashes = [...checks.map(({ hash }) => hash), ...(running === null ? [] : [running])]
  let bytes = 0
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      if (bytes + chunk.length > most) throw new Failure('file_too_large')
      bytes += chunk.length
      for (const hash of hashes) hash.update(chunk)
      yield chunk
    }
  }
  return {
    chunks: chunks(),
    bytes: () => bytes,
    verify() {
      for (const { hash, digest, refusal } of checks) {
        if (!hash.digest().equals(digest)) throw new Failure(refusal ?? 'checksum_mismatch')
      }
    },
  }
}
