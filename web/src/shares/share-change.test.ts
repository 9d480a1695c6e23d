import type { Share } from '@rendition/contract'
import { expect, test } from 'vitest'
import { changeOf, wantedAsItIs } from './share-change.ts'

const share: Share = {
  id: '1',
  type: 'album',
  albumId: '2',
  title: 'Rome',
  imageCount: 3,
  sizes: ['small', 'original'],
  downloads: true,
  uploads: false,
  hasPassword: true,
  expiresAt: '2027-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}
const now = Date.parse('2026-06-01T00:00:00.000Z')
const as = wantedAsItIs(share)

test('what is as it was is not said', () => {
  expect(changeOf(share, as, now)).toEqual({})
  expect(changeOf(share, { ...as, title: ' Rome ' }, now)).toEqual({})
})

test('an end is counted from now on, and never is one too', () => {
  expect(changeOf(share, { ...as, lifetime: 'week' }, now)).toEqual({ expiresAt: '2026-06-08T00:00:00.000Z' })
  expect(changeOf(share, { ...as, lifetime: 'never' }, now)).toEqual({ expiresAt: null })
})

test('a title and a password are taken away or become others', () => {
  expect(changeOf(share, { ...as, title: ' ' }, now)).toEqual({ title: null })
  expect(changeOf(share, { ...as, title: 'Trip', password: 'sesame' }, now)).toEqual({
    title: 'Trip',
    password: 'sesame',
  })
  expect(changeOf(share, { ...as, asksPassword: false, password: 'typed before' }, now)).toEqual({
    password: null,
  })
  const open = { ...share, hasPassword: false }
  expect(changeOf(open, wantedAsItIs(open), now)).toEqual({})
})

test('originals go with the downloads, and stay where only they are shown', () => {
  const none = { ...as.allowed, downloads: false }
  expect(changeOf(share, { ...as, allowed: none }, now)).toEqual({ downloads: false, originals: false })
  const shown = { ...share, downloads: false }
  expect(changeOf(shown, { ...wantedAsItIs(shown), title: 'Trip' }, now)).toEqual({ title: 'Trip' })
  const all = { ...as.allowed, downloads: true, originals: false, uploads: true }
  expect(changeOf(share, { ...as, allowed: all }, now)).toEqual({ uploads: true, originals: false })
})

test('sizes are said where they are others, whatever their order', () => {
  const sizes = (...names: string[]) =>
    changeOf(share, { ...as, allowed: { ...as.allowed, presets: names } }, now)
  expect(sizes('small')).toEqual({})
  expect(sizes('small', 'large')).toEqual({ presets: ['small', 'large'] })
  expect(sizes('thumb')).toEqual({ presets: ['thumb'] })
  const two = { ...share, sizes: ['thumb', 'small'] }
  const asTwo = wantedAsItIs(two)
  expect(
    changeOf(two, { ...asTwo, allowed: { ...asTwo.allowed, presets: ['small', 'thumb'] } }, now),
  ).toEqual({})
})
