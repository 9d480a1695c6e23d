import { open } from 'node:fs/promises'
import { Failure } from '@rendition/contract'
import type { ByteReader } from '../imaging/types.ts'

/** Lends random access to a local file for as long as `use` runs. Failures: `unavailable` when it cannot be opened. */
export async function withFile<T>(path: string, use: (reader: ByteReader) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new Failure('unavailable', 'The file cannot be read.', { cause })
  })
  try {
    const { size } = await handle.stat()
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      // A header may claim any length; a file has no more than this left.
      const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
      return buffer.subarray(0, bytesRead)
    }
    return await use({ size, read })
  } finally {
    await handle.close()
  }
}
