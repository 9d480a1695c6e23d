import { describe, expect, it } from 'vitest'
import { readHints } from './hints.ts'

describe('client hints', () => {
  const hintRules = { ladder: [320, 640, 1080, 2048], autoWidth: 1080, pictureWidth: 6000 }
  const both = { width: true, dpr: true }
  it('are snapped to the ladder, exact width first', () => {
    expect(readHints(both, { 'sec-ch-width': '700', 'sec-ch-dpr': '2' }, hintRules)).toEqual({
      width: 1080,
      dpr: 1,
      consulted: ['Sec-CH-Width'],
    })
    expect(readHints(both, { 'sec-ch-viewport-width': '390', 'sec-ch-dpr': '2.6' }, hintRules)).toMatchObject(
      { width: 640, dpr: 3 },
    )
    expect(readHints(both, { dpr: '1.5', 'viewport-width': '99999' }, hintRules)).toMatchObject({
      width: 1080,
      dpr: 1.5,
    })
  })
  it('fall back, and name every header that could have changed the answer', () => {
    expect(readHints({ width: true, dpr: false }, { 'sec-ch-width': 'x' }, hintRules)).toEqual({
      width: 1080,
      consulted: ['Sec-CH-Width', 'Width', 'Sec-CH-Viewport-Width', 'Viewport-Width'],
    })
  })
  it('tell of a wide gamut by a token or a string, and of none by silence', () => {
    const gamut = (headers: Record<string, string>) =>
      readHints({ width: false, dpr: false, gamut: true }, headers, hintRules)
    const consulted = ['Sec-CH-Color-Gamut', 'Color-Gamut']
    expect(gamut({ 'sec-ch-color-gamut': 'p3' })).toEqual({ gamut: 'p3', consulted })
    expect(gamut({ 'color-gamut': '"rec2020"' })).toEqual({ gamut: 'p3', consulted })
    for (const headers of [{}, { 'color-gamut': 'srgb' }, { 'color-gamut': 'P3,p3' }])
      expect(gamut(headers as Record<string, string>)).toEqual({ gamut: 'srgb', consulted })
  })
  it('never ask for more than one step above the picture', () => {
    const small = { ...hintRules, pictureWidth: 500 }
    expect(readHints({ width: true, dpr: false }, { 'sec-ch-width': '2000' }, small).width).toBe(640)
  })
})
