import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cacheControl } from './cache-control.ts'
import { isNotModified, matchesETag, rangeOf } from './conditions.ts'
import { contentDisposition, safeContentType } from './disposition.ts'
import { acceptedFormats, chooseFormat, readHints } from './negotiation.ts'

const rules = { aliasSeconds: 60, staleSeconds: 86_400, staleIfErrorSeconds: 604_800 }

describe('Cache-Control', () => {
  it.each([
    ['public', true, null, 'public, max-age=31536000, immutable'],
    ['public', false, null, 'public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800'],
    ['signed', true, 7200, 'private, max-age=7200, immutable'],
    ['signed', false, 7200, 'private, max-age=60, stale-while-revalidate=7140'],
    ['signed', false, 30, 'private, max-age=30'],
    ['caller', true, null, 'private, max-age=31536000, immutable'],
    ['caller', false, null, 'private, max-age=60'],
  ] as const)('of %s, fixed %s, %s seconds left', (audience, fixed, remainingSeconds, text) => {
    expect(cacheControl({ audience, fixed, remainingSeconds }, rules)).toBe(text)
  })
})

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

describe('Content-Disposition', () => {
  const webp = { format: 'webp', contentType: 'image/webp' }
  it.each([
    [{ ...webp, originalName: 'cat.jpeg' }, 'inline; filename="cat.webp"'],
    [{ ...webp, originalName: 'cat.jpeg', download: true as const }, 'attachment; filename="cat.webp"'],
    [{ ...webp, originalName: 'x', download: 'my cat.png' }, 'attachment; filename="my cat.webp"'],
    [
      { ...webp, originalName: 'Käse (1).png' },
      `inline; filename="K_se (1).webp"; filename*=UTF-8''K%C3%A4se%20%281%29.webp`,
    ],
    [{ ...webp, originalName: '../../etc/passwd' }, 'inline; filename="_.._etc_passwd.webp"'],
    [{ ...webp, originalName: '...' }, 'inline; filename="image.webp"'],
    [{ ...webp, originalName: 'a"; filename="evil.exe' }, 'inline; filename="a_; filename=_evil.webp"'],
    [{ format: 'svg', contentType: 'image/svg+xml', originalName: 'a.svg' }, 'attachment; filename="a"'],
  ])('%j', (content, text) => {
    expect(contentDisposition(content)).toBe(text)
  })

  it('is one header line for any name a user can type', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (originalName) => {
        const text = contentDisposition({ ...webp, originalName })
        expect(text).toMatch(
          /^inline; filename="[^"\\\r\n]+"(; filename\*=UTF-8''[A-Za-z0-9!#$&+\-.^_`|~%]+)?$/,
        )
        expect(text).not.toMatch(/[^\x20-\x7e]/)
        expect(text.length).toBeLessThan(1600)
      }),
    )
  })

  it('names no type that a browser could run', () => {
    expect(safeContentType('image/svg+xml')).toBe('application/octet-stream')
    expect(safeContentType('text/html')).toBe('application/octet-stream')
    expect(safeContentType('image/webp')).toBe('image/webp')
  })
})

describe('format=auto', () => {
  const chrome = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8'
  const still = { animated: false, transparent: false, avifExists: false }
  it.each([
    [chrome, still, 'webp'],
    [chrome, { ...still, avifExists: true }, 'avif'],
    [chrome, { animated: true, transparent: false, avifExists: true }, 'webp'],
    ['image/webp;q=0, image/*', still, 'jpeg'],
    ['*/*', still, 'jpeg'],
    [undefined, { ...still, transparent: true }, 'png'],
    ['image/png', { ...still, animated: true }, 'gif'],
    ['IMAGE/WEBP', still, 'jpeg'],
  ])('%s → %j', (accept, picture, format) => {
    expect(chooseFormat(acceptedFormats(accept), picture).format).toBe(format)
  })
})

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
  it('never ask for more than one step above the picture', () => {
    const small = { ...hintRules, pictureWidth: 500 }
    expect(readHints({ width: true, dpr: false }, { 'sec-ch-width': '2000' }, small).width).toBe(640)
  })
})
