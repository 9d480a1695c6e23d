import { Failure, isFailure } from '@rendition/contract'

/** What was going on when a native call failed: it decides whose fault it was. */
export type Phase = 'decode' | 'operate' | 'encode'

/**
 * A failure of sharp or libvips as one of ours. Their texts hold file names and versions, so they go into `cause`,
 * which is only logged. While decoding, an error means a damaged file; later it is a fault of ours.
 */
export function toFailure(error: unknown, phase: Phase): unknown {
  if (isFailure(error)) return error
  const text = error instanceof Error ? error.message : String(error)
  if (/exceeds pixel limit/i.test(text)) return new Failure('too_many_pixels', undefined, { cause: error })
  if (/exceeds maximum dimensions|too large for|exceed.*pixel limit/i.test(text))
    return new Failure('output_too_large', 'The format cannot hold a picture of that size.', { cause: error })
  if (/out of memory|unable to allocate|allocation failed/i.test(text))
    return new Failure('render_crashed', 'There was not enough memory for this render.', { cause: error })
  if (/unsupported image format|not a known file format|no.*loader/i.test(text))
    return new Failure('unsupported_media_type', undefined, { cause: error })
  if (/timeout/i.test(text)) return new Failure('render_timeout', undefined, { cause: error })
  return new Failure(phase === 'decode' ? 'undecodable' : 'internal', undefined, { cause: error })
}

/** Runs one native call; what it throws comes out as a `Failure`. */
export async function guarded<T>(phase: Phase, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw toFailure(error, phase)
  }
}
