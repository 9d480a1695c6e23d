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
const there = ['thumb', 'small', 'large']
const as = wantedAsItIs(share)

test('what is as it was is not said', () => {
  expect(changeOf(share, as, now, there)).toEqual({})
  expect(changeOf(share, { ...as, title: ' Rome ' }, now, there)).toEqual({})
})

test('an end is counted from now on, and never is one too', () => {
  expect(changeOf(share, { ...as, lifetime: 'week' }, now, there)).toEqual({
    expiresAt: '2026-06-08T00:00:00.000Z',
  })
  expect(changeOf(share, { ...as, lifetime: 'never' }, now, there)).toEqual({ expiresAt: null })
})

test('a title and a password are taken away or become others', () => {
  expect(changeOf(share, { ...as, title: ' ' }, now, there)).toEqual({ title: null })
  expect(changeOf(share, { ...as, title: 'Trip', password: 'sesame' }, now, there)).toEqual({
    title: 'Trip',
    password: 'sesame',
  })
  expect(changeOf(share, { ...as, asksPassword: false, password: 'typed before' }, now, there)).toEqual({
    password: null,
  })
  const open = { ...share, hasPassword: false }
  expect(changeOf(open, wantedAsItIs(open), now, there)).toEqual({})
})

test('originals go with the downloads, and stay where only they are shown', () => {
  const none = { ...as.allowed, downloads: false }
  expect(changeOf(share, { ...as, allowed: none }, now, there)).toEqual({
    downloads: false,
    sizes: ['small'],
  })
  const shown = { ...share, downloads: false }
  expect(changeOf(shown, { ...wantedAsItIs(shown), title: 'Trip' }, now, there)).toEqual({ title: 'Trip' })
  const all = { ...as.allowed, downloads: true, originals: false, uploads: true }
  expect(changeOf(share, { ...as, allowed: all }, now, there)).toEqual({ uploads: true, sizes: ['small'] })
})

test('sizes are said where they are others, whatever their order', () => {
  const sizes = (...names: string[]) =>
    changeOf(share, { ...as, allowed: { ...as.allowed, presets: names } }, now, there)
  expect(sizes('small')).toEqual({})
  expect(sizes('small', 'large')).toEqual({ sizes: ['small', 'large', 'original'] })
  expect(sizes('thumb')).toEqual({ sizes: ['thumb', 'original'] })
  const two = { ...share, sizes: ['thumb', 'small'] }
  const asTwo = wantedAsItIs(two)
  expect(
    changeOf(two, { ...asTwo, allowed: { ...asTwo.allowed, presets: ['small', 'thumb'] } }, now, there),
  ).toEqual({})
})

test('a preset that is gone is chosen no more, and nothing comes into its place', () => {
  const of = { ...share, sizes: ['huge', 'small'], downloads: false }
  const asOf = wantedAsItIs(of)
  expect(changeOf(of, { ...asOf, title: 'Trip' }, now, there)).toEqual({ title: 'Trip' })
  const allowed = { ...asOf.allowed, downloads: true, originals: true }
  expect(changeOf(of, { ...asOf, allowed }, now, there)).toEqual({
    downloads: true,
    sizes: ['small', 'original'],
  })
  // It went while the dialog was open.
  const chosen = { ...asOf.allowed, presets: ['huge', 'large'] }
  expect(changeOf(of, { ...asOf, allowed: chosen }, now, there)).toEqual({ sizes: ['large'] })
})
