import { Failure } from '@rendition/contract'

/** The last part of a path, without control characters: what a user would call the file. */
export function cleanName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? ''
  // A lone surrogate (Cs) cannot be stored as UTF-8; bidirectional controls make `gpj.exe` look like `exe.jpg`.
  const clean = last.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '').trim()
  return clean === '' ? 'image' : clean
}

/** Longer names are refused, not cut. */
const longestName = 255

export function refuseLongName(name: string): void {
  if (name.length <= longestName) return
  const errors = [{ path: 'filename', message: `must have at most ${longestName} characters` }]
  throw new Failure('invalid_request', undefined, { errors })
}

/** The last part of an address, as a file name. */
export function nameInAddress(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return cleanName(decodeURIComponent(last)).slice(0, longestName)
  } catch {
    return cleanName(last).slice(0, longestName)
  }
}
