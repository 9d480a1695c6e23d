import type { Rendition } from '@rendition/contract'
import { expect, it } from 'vitest'
import { recentUses } from './recent-uses.ts'

const now = Date.parse('2026-05-31T12:00:00Z')
const rendition = (key: string, part: Partial<Rendition>): Rendition => ({
  key,
  kind: 'delivery',
  name: null,
  version: 1,
  format: 'webp',
  contentType: 'image/webp',
  width: 3,
  height: 2,
  size: 10,
  createdAt: '2026-01-01T00:00:00Z',
  usedAt: '2026-05-30T00:00:00Z',
  expiresAt: null,
  asked: null,
  ...part,
})

it('tells which URLs were asked for in the last thirty days, the last first', () => {
  const uses = recentUses(
    [
      rendition('old', { asked: 'width=1', usedAt: '2026-04-30T00:00:00Z' }),
      rendition('earlier', { asked: 'width=2', usedAt: '2026-05-29T00:00:00Z' }),
      rendition('last', { kind: 'preset', name: 'small' }),
      rendition('only made', { kind: 'preset', name: 'large', createdAt: '2026-05-30T00:00:00Z' }),
      rendition('level', {}),
    ],
    now,
  )
  expect(uses.map(({ key, what }) => [key, what])).toEqual([
    ['last', 'preset=small'],
    ['earlier', 'width=2'],
  ])
})
