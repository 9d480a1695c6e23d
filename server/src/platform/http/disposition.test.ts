import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentDisposition, safeContentType, safeFileName } from './disposition.ts'

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

  it('is a name that file systems take, which count bytes, with what an archive puts behind it', () => {
    for (const letter of ['a', 'é', '東', '\ufdfa', '\u{1f600}', 'e\u0301\u0323']) {
      const { stem } = safeFileName(`${letter.repeat(255)}.jpg`, 'jpeg')
      expect(Buffer.byteLength(stem)).toBeLessThanOrEqual(200)
      expect(Buffer.from(stem).toString()).toBe(stem)
      expect(stem.length).toBeGreaterThan(60)
    }
  })

  it('names no type that a browser could run', () => {
    expect(safeContentType('image/svg+xml')).toBe('application/octet-stream')
    expect(safeContentType('text/html')).toBe('application/octet-stream')
    expect(safeContentType('image/webp')).toBe('image/webp')
  })
})
