import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { etagOf, isETagOf } from './etag.ts'

describe('the ETag of bytes', () => {
  const bytes = randomBytes(1000)
  const digest = createHash('sha256').update(bytes).digest('base64url')

  it('is strong and of the bytes alone', () => {
    expect(etagOf(bytes)).toMatch(/^"[\w-]{27}"$/)
    expect(etagOf(Uint8Array.from(bytes))).toBe(etagOf(bytes))
    expect(etagOf(bytes.subarray(1))).not.toBe(etagOf(bytes))
  })

  it('is known again in entries of before, which had one of 27 or 32 letters', () => {
    for (const letters of [27, 32]) {
      const before = `"${digest.slice(0, letters)}"`
      expect(isETagOf(before, bytes)).toBe(true)
      expect(isETagOf(before, bytes.subarray(1))).toBe(false)
    }
    for (const other of ['""', `"${digest.slice(0, 26)}"`, `"${digest.slice(0, 31)}."`])
      expect(isETagOf(other, bytes)).toBe(false)
  })
})
