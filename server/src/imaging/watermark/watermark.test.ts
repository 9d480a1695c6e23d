import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { Canvas } from '../pixels/canvas.ts'
import { pixelsOf, renderOne } from '../testing/rendering.ts'
import { drawing, open } from '../testing/sources.ts'
import { drawText } from './text.ts'

const id = '01890000-0000-7000-8000-000000000001'
const black = (width = 200, height = 100) =>
  sharp({ create: { width, height, channels: 3, background: 'black' } })
    .png()
    .toBuffer()

/** The box around all pixels that are not black, and how many there are. */
function lit({ data, channels, width, height }: Canvas) {
  const box = { left: width, top: height, right: 0, bottom: 0, count: 0 }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      if (Math.max(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0) < 12) continue
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x + 1)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y + 1)
      box.count++
    }
  return box
}

const ink = ({ data }: Canvas) => data.reduce((sum, value, index) => (index % 4 === 3 ? sum + value : sum), 0)

test.each([
  '<span size="900000">big</span>',
  '<b>bold</b> & <i>not</i>',
  '&',
  '&lt;&amp;',
  '"quoted" and \'single\'',
  '</span></span>',
  '<',
  'a\u0000b',
  '\u202eright to left override',
  '%s %n \\ \\0',
])('the text %j is drawn as it is, never read as markup', async (text) => {
  const box = { width: 600, height: 80 }
  const canvas = await drawText(text, 'ffffffff', box)
  expect(canvas.width).toBeLessThanOrEqual(box.width)
  expect(canvas.height).toBeLessThanOrEqual(box.height)
  expect(ink(canvas)).toBeGreaterThan(0)
})

test('every character of markup shows', async () => {
  const width = async (text: string) => (await drawText(text, 'ffffffff', { width: 4000, height: 20 })).width
  expect(await width('a<b>a</b>')).toBeGreaterThan((await width('aa')) * 2)
})

test('too long a text is refused, and the longest allowed costs no time', async () => {
  const source = await black()
  await expect(
    renderOne(source, { steps: [{ op: 'watermark', text: 'x'.repeat(10_000) }] }),
  ).rejects.toMatchObject({ code: 'invalid_recipe' })
  const started = performance.now()
  for (const text of [
    'W'.repeat(200),
    '漢'.repeat(200),
    'a\u0301\u0302\u0303'.repeat(40),
    '👩‍👩‍👧'.repeat(28),
    '﷽'.repeat(200),
  ])
    expect((await renderOne(source, { steps: [{ op: 'watermark', text, size: 1 }] })).width).toBe(200)
  expect(performance.now() - started).toBeLessThan(10_000)
})

/** One text a script, with one of the same length in a private area of Unicode: that has no glyph, and draws boxes. */
test.each([
  ['Latin', 'Ünïcøde'],
  ['Greek', 'Ελληνικά'],
  ['Cyrillic', 'Привет'],
  ['Hebrew', 'שלום'],
  ['Arabic', 'مرحبا'],
  ['Devanagari', 'नमस्ते'],
  ['Bengali', 'বাংলা'],
  ['Tamil', 'தமிழ்'],
  ['Telugu', 'తెలుగు'],
  ['Gujarati', 'ગુજરાતી'],
  ['Gurmukhi', 'ਪੰਜਾਬੀ'],
  ['Kannada', 'ಕನ್ನಡ'],
  ['Malayalam', 'മലയാളം'],
  ['Thai', 'สวัสดี'],
  ['Khmer', 'ខ្មែរ'],
  ['Ethiopic', 'አማርኛ'],
  ['Georgian', 'ქართული'],
  ['Armenian', 'Հայերեն'],
  ['Chinese', '你好世界'],
  ['Japanese', 'こんにちは'],
  ['Korean', '안녕하세요'],
  ['emoji', '😀🎉❤'],
])('%s has glyphs', async (_, text) => {
  const box = { width: 2000, height: 40 }
  const drawn = await drawText(text, 'ffffffff', box)
  const glyphs = await Promise.all(
    [...text]
      .filter((c) => /\p{L}|\p{Extended_Pictographic}/u.test(c))
      .map((c) => drawText(c, 'ffffffff', { width: 40, height: 40 })),
  )
  const missing = await drawText('\u{10ffee}', 'ffffffff', { width: 40, height: 40 }).catch(() => null)
  expect(ink(drawn)).toBeGreaterThan(0)
  // Different letters look different; boxes with code numbers in them do not come in several shapes and widths
  for (const glyph of glyphs)
    if (missing) expect([glyph.width, ink(glyph)]).not.toEqual([missing.width, ink(missing)])
})

test('right to left runs right to left', async () => {
  // Alef is a wide letter, yod a small one: in Hebrew the first of them is on the right
  const canvas = await drawText('אי', 'ffffffff', { width: 400, height: 60 })
  const half = Math.floor(canvas.width / 2)
  const side = (from: number, to: number) => {
    let sum = 0
    for (let y = 0; y < canvas.height; y++)
      for (let x = from; x < to; x++) sum += canvas.data[(y * canvas.width + x) * 4 + 3] ?? 0
    return sum
  }
  expect(side(half, canvas.width)).toBeGreaterThan(side(0, half))
})

test.each([
  ['northwest', 'left', 'top'],
  ['north', null, 'top'],
  ['southeast', 'right', 'bottom'],
  ['west', 'left', null],
  ['centre', null, null],
] as const)('a mark at %s sits there, with a margin', async (position, horizontal, vertical) => {
  const canvas = await pixelsOf(await black(), [
    { op: 'watermark', text: 'XX', opacity: 1, position, size: 0.3 },
  ])
  const box = lit(canvas)
  expect(box.right - box.left).toBeLessThanOrEqual(60)
  expect(box.bottom - box.top).toBeLessThanOrEqual(30)
  if (horizontal === 'left') expect(box.left).toBe(2)
  if (horizontal === 'right') expect(box.right).toBe(198)
  if (horizontal === null) expect(Math.abs(box.left + box.right - 200)).toBeLessThanOrEqual(2)
  if (vertical === 'top') expect(box.top).toBe(2)
  if (vertical === 'bottom') expect(box.bottom).toBe(98)
  if (vertical === null) expect(Math.abs(box.top + box.bottom - 100)).toBeLessThanOrEqual(2)
})

test('size is relative to the picture: small and large look alike', async () => {
  const share = async (width: number) => {
    const box = lit(
      await pixelsOf(await black(width, width / 2), [{ op: 'watermark', text: 'Rendition', size: 0.5 }]),
    )
    return (box.right - box.left) / width
  }
  expect(Math.abs((await share(200)) - (await share(1200)))).toBeLessThan(0.04)
  expect(await share(600)).toBeGreaterThan(0.44)
})

test('opacity, colour and tiling', async () => {
  const brightest = (canvas: Canvas) => canvas.data.reduce((most, value) => Math.max(most, value), 0)
  const of = async (more: object) =>
    pixelsOf(await black(), [{ op: 'watermark', text: '█', size: 0.4, ...more } as never])
  expect(brightest(await of({ opacity: 0.5 }))).toBe(128)
  expect(brightest(await of({ opacity: 1, color: 'ffffff80' }))).toBe(128)
  const red = await of({ opacity: 1, color: 'ff0000' })
  expect([...red.data].filter((value, index) => index % red.channels === 1 && value > 0)).toEqual([])
  expect(lit(await of({ tile: true })).count).toBeGreaterThan(lit(await of({})).count * 3)
})

test('an image is laid over upright, in its proportions, through its own transparency', async () => {
  const mark = await open(drawing(40, 20, 4))
    .png()
    .toBuffer()
  const step = { op: 'watermark', imageId: id, opacity: 1, size: 0.5, position: 'northwest' } as const
  const box = lit(await pixelsOf(await black(), [step], { assets: { [id]: mark } }))
  expect([box.left, box.top]).toEqual([2, 2])
  expect(box.right).toBeLessThanOrEqual(102)
  expect(box.bottom).toBe(52)
  await expect(pixelsOf(await black(), [step])).rejects.toMatchObject({ code: 'invalid_recipe' })
  await expect(
    pixelsOf(await black(), [step], { assets: { [id]: Buffer.from('no image') } }),
  ).rejects.toMatchObject({
    code: 'unsupported_media_type',
  })
})

test('a mark over a transparent picture shows, and the rest stays transparent', async () => {
  const clear = await sharp({ create: { width: 100, height: 50, channels: 4, background: '#0000' } })
    .png()
    .toBuffer()
  const canvas = await pixelsOf(clear, [{ op: 'watermark', text: 'X', opacity: 1, size: 0.5, color: 'red' }])
  expect(canvas.channels).toBe(4)
  expect(canvas.data[3]).toBe(0)
  expect(ink(canvas)).toBeGreaterThan(0)
})
