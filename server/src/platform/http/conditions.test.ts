import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNotModified, matchesETag, rangeOf } from './conditions.ts'

describe('ranges', () => {
  const etag = '"abc"'
  it.each([
    [undefined, null],
    ['bytes=0-9', { start: 0, end: 9 }],
    ['bytes=90-', { start: 90, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=50-1000', { start: 50, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', null],
    ['bytes=0-1,5-6', null],
    ['items=0-1', null],
    ['bytes=a-b', null],
    ['bytes=-', null],
  ])('%s of 100 bytes', (range, expected) => {
    expect(rangeOf({ range }, 100, etag)).toEqual(expected)
  })

  it('serve the whole when If-Range names other bytes', () => {
    expect(rangeOf({ range: 'bytes=0-9', ifRange: '"other"' }, 100, etag)).toBe(null)
    expect(rangeOf({ range: 'bytes=0-9', ifRange: 'W/"abc"' }, 100, etag)).toBe(null)
    expect(rangeOf({ range: 'bytes=0-9', ifRange: etag }, 100, etag)).toEqual({ start: 0, end: 9 })
  })

  it('never leave the file, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(1000), (text, size) => {
        const range = rangeOf({ range: `bytes=${text}` }, size, etag)
        if (range === null || range === 'unsatisfiable') return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeLessThan(size)
        expect(range.start).toBeLessThanOrEqual(range.end)
      }),
    )
  })
})

describe('conditions', () => {
  const modified = new Date('2026-03-04T05:06:07.800Z')
  it('match the strong ETag in every form of the header', () => {
    for (const header of ['"a"', 'W/"a"', '"b", "a"', '*', ' W/"x" ,"a"'])
      expect(matchesETag(header, '"a"')).toBe(true)
    for (const header of ['"b"', '', '"aa"', 'a']) expect(matchesETag(header, '"a"')).toBe(false)
  })
  it('read the date only without an ETag', () => {
    const date = 'Wed, 04 Mar 2026 05:06:07 GMT'
    expect(isNotModified({ ifModifiedSince: date }, '"a"', modified)).toBe(true)
    expect(isNotModified({ ifModifiedSince: 'Wed, 04 Mar 2026 05:06:06 GMT' }, '"a"', modified)).toBe(false)
    expect(isNotModified({ ifModifiedSince: date, ifNoneMatch: '"b"' }, '"a"', modified)).toBe(false)
    expect(isNotModified({ ifModifiedSince: date }, '"a"', null)).toBe(false)
    expect(isNotModified({ ifModifiedSince: 'yesterday' }, '"a"', modified)).toBe(false)
  })
})
