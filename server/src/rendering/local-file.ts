import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Failure } from '@rendition/contract'
import type { ByteReader } from '../imaging/types.ts'

/**
 * Lends random access to a local file for as long as `use` runs. Whoever runs here has the process to itself and may wait for the
 * disk: by way of other threads, each of the ten calls that a header takes cost more than itself. Failures: `unavailable` when it
 * cannot be opened.
 */
export async function withFile<T>(path: string, use: (reader: ByteReader) => Promise<T>): Promise<T> {
  const file = opened(path)
  try {
    const { size } = fstatSync(file)
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      // A header may claim any length; a file has no more than this left.
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
      return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, offset))
    }
    return await use({ size, read })
  } finally {
    closeSync(file)
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw new Failure('unavailable', 'The file cannot be read.', { cause })
  }
}
