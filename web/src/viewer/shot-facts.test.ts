import type { ImageMetadata } from '@rendition/contract'
import { expect, it } from 'vitest'
import { exposureOf, formatExposureTime, formatPlace, formatTaken } from './shot-facts.ts'

it.each([
  [0.004, '1/250 s'],
  [0.000125, '1/8000 s'],
  [0.5, '0.5 s'],
  [30, '30 s'],
  [0, '0 s'],
])('writes %f seconds as cameras do', (seconds, text) => {
  expect(formatExposureTime(seconds)).toBe(text)
})

it('says of the exposure what is known, and nothing where nothing is', () => {
  const of = (exposure: ImageMetadata['exposure']) => exposureOf({ exposure } as ImageMetadata)
  expect(of({ aperture: 2.8, time: 0.004, iso: 200, focalLength: 35 })).toBe(
    'f/2.8 · 1/250 s · ISO 200 · 35 mm',
  )
  expect(of({ aperture: null, time: null, iso: 100, focalLength: null })).toBe('ISO 100')
  expect(of({ aperture: null, time: null, iso: null, focalLength: null })).toBeNull()
  expect(of(null)).toBeNull()
})

it('reads the clock of the place, wherever the page is looked at', () => {
  expect(formatTaken('2024-05-01T12:30:00')).toBe('May 1, 2024, 12:30 PM')
  expect(formatTaken('2024-05-01T23:30:00+02:00')).toBe('May 1, 2024, 11:30 PM (UTC+02:00)')
  expect(formatTaken('no time')).toBe('no time')
})

it('names the halves of the earth', () => {
  expect(formatPlace(46.52, 8.0083)).toBe('46.5200° N, 8.0083° E')
  expect(formatPlace(-33.9, -70.5)).toBe('33.9000° S, 70.5000° W')
})
