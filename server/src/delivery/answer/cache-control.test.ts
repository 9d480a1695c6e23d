import { describe, expect, it } from 'vitest'
import { cacheControl } from './cache-control.ts'

const rules = { aliasSeconds: 60, staleSeconds: 86_400, staleIfErrorSeconds: 604_800 }

describe('Cache-Control', () => {
  it.each([
    ['public', true, null, 'public, max-age=31536000, immutable'],
    ['public', false, null, 'public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800'],
    ['public', true, 7200, 'public, max-age=7200, immutable'],
    ['public', false, 7200, 'public, max-age=60, stale-while-revalidate=7140, stale-if-error=7140'],
    ['signed', true, 7200, 'private, max-age=7200, immutable'],
    ['signed', false, 7200, 'private, max-age=60, stale-while-revalidate=7140'],
    ['signed', false, 30, 'private, max-age=30'],
    ['caller', true, null, 'private, max-age=31536000, immutable'],
    ['caller', false, null, 'private, max-age=60'],
  ] as const)('of %s, fixed %s, %s seconds left', (audience, fixed, remainingSeconds, text) => {
    expect(cacheControl({ audience, fixed, remainingSeconds }, rules)).toBe(text)
  })
})
