import { expect, test } from 'vitest'
import { agoOf, durationOf } from './time-texts.ts'

test('ages and durations in words', () => {
  const now = Date.parse('2026-01-02T00:00:00Z')
  expect(agoOf('2026-01-01T23:59:30Z', now)).toBe('just now')
  expect(agoOf('2026-01-01T23:57:00Z', now)).toBe('3 minutes ago')
  expect(agoOf('2026-01-01T21:30:00Z', now)).toBe('2 hours ago')
  // A clock that is behind the service's
  expect(agoOf('2026-01-02T00:00:05Z', now)).toBe('just now')
  expect([340, 2_500, 200_000].map(durationOf)).toEqual(['340 ms', '2.5 s', '3 min 20 s'])
})
