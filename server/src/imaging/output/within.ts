import { Failure } from '@rendition/contract'
import type { Output, OutputFormat } from '@rendition/contract/recipe'
import { isMeasured, lowerQuality } from '../quality/curve.ts'
import { defaultQuality } from './encode.ts'

/** Encodings of one picture at most: the look-up errs by a fifth, and the second one seldom misses. */
const mostTries = 4

/**
 * A file of no more bytes than were promised: made as the recipe says, and while it is larger made again at the quality
 * that will fit, the last time at the lowest there is. Throws `output_too_large` when that is too large too, and for
 * formats that know no quality.
 */
export async function within<File extends { data: Uint8Array }>(
  format: OutputFormat,
  output: Output,
  make: (output: Output) => Promise<File>,
): Promise<File> {
  const { maxBytes } = output
  let file = await make(output)
  if (maxBytes === undefined) return file
  let quality = typeof output.quality === 'number' ? output.quality : 0
  if (quality === 0 && isMeasured(format)) quality = defaultQuality[format]
  for (let tries = 1; file.data.length > maxBytes; tries += 1) {
    if (!isMeasured(format) || output.lossless || quality <= 1 || tries === mostTries)
      throw tooLarge(format, file.data.length, maxBytes)
    quality = tries === mostTries - 1 ? 1 : lowerQuality(format, quality, file.data.length, maxBytes)
    file = await make({ ...output, quality })
  }
  return file
}

function tooLarge(format: string, bytes: number, maxBytes: number): Failure {
  const message = `${bytes} bytes is the least that ${format} takes here, and ${maxBytes} may be`
  return new Failure('output_too_large', `maxBytes: ${message}.`, {
    errors: [{ path: 'maxBytes', message }],
  })
}
