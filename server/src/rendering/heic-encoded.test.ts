import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseParameters, parseRecipe } from '@rendition/contract/recipe'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { withProperties } from '../imaging/decoding/isobmff.ts'
import { distance, ssim } from '../imaging/testing/compare.ts'
import { decoded } from '../imaging/testing/rendering.ts'
import { drawing, limits, open } from '../imaging/testing/sources.ts'
import { renderingConfigSchema } from './config.ts'
import { createRendering } from './index.ts'
import { heicGrid } from './testing/heic-grid.ts'

/** Files that libheif and x265 make on the spot, as people's programs do. */
const encoder = (() => {
  try {
    return execFileSync('heif-enc', ['--list-encoders'], { stdio: ['ignore', 'pipe', 'pipe'] }).length > 0
  } catch {
    return false
  }
})()

const folder = mkdtempSync(join(tmpdir(), 'rendition-heic-'))
const rendering = createRendering({ limits, config: { ...renderingConfigSchema.parse({}), processes: 1 } })
afterAll(async () => {
  await rendering.close()
  rmSync(folder, { recursive: true, force: true })
})

let files = 0
async function encode(picture: Sharp, ...options: string[]): Promise<Buffer> {
  return encodeAll([picture], ...options)
}

/** Several pictures in one file, as cameras write bursts: the first is the one to be shown. */
async function encodeAll(pictures: readonly Sharp[], ...options: string[]): Promise<Buffer> {
  const from: string[] = []
  for (const picture of pictures) {
    const file = join(folder, `${++files}.png`)
    writeFileSync(file, await picture.png().toBuffer())
    from.push(file)
  }
  const to = join(folder, `${files}.heic`)
  execFileSync('heif-enc', ['-q', '90', ...options, ...from, '-o', to], { stdio: 'ignore' })
  return readFileSync(to)
}

async function shown(bytes: Uint8Array) {
  const outputs = [{ name: 'png', recipe: parseRecipe({ output: { format: 'png' } }) }]
  const probe = await rendering.probe({ bytes })
  const made = await rendering.render({ source: { bytes }, outputs }, { timeoutMs: 60_000, lane: 'bulk' })
  const canvas = await decoded(made.outputs[0]?.data ?? new Uint8Array(0))
  expect([probe.width, probe.height]).toEqual([canvas.width, canvas.height])
  return canvas
}

describe.skipIf(!encoder)('HEIC from an encoder (needs heif-enc)', () => {
  it.each([
    ['4:2:0, odd sides', ['-p', 'chroma=420']],
    ['4:4:4', ['-p', 'chroma=444']],
    ['a thumbnail beside the picture', ['-t', '64']],
  ])('%s', async (_name, options) => {
    const picture = open(drawing(321, 203, 3))
    const canvas = await shown(await encode(picture.clone(), ...options))
    expect(ssim(canvas, await decoded(await picture.png().toBuffer()))).toBeGreaterThan(0.97)
  })

  it('a burst is its first picture', async () => {
    const pictures = ['#305080', '#a02020', '#20a020'].map((background) =>
      sharp({ create: { width: 96, height: 64, channels: 3, background } }),
    )
    const canvas = await shown(await encodeAll(pictures, '-p', 'chroma=444'))
    expect([...canvas.data.subarray(0, 3)].map((value) => Math.round(value / 8))).toEqual([6, 10, 16])
  })

  it('10 bits a channel', async () => {
    const picture = open(drawing(200, 120, 3)).toColourspace('rgb16')
    const canvas = await shown(await encode(picture.clone(), '-b', '10'))
    const same = await decoded(
      await open(drawing(200, 120, 3))
        .png()
        .toBuffer(),
    )
    expect(ssim(canvas, same)).toBeGreaterThan(0.97)
  })

  it('transparency', async () => {
    const picture = open(drawing(160, 120, 4))
    const canvas = await shown(await encode(picture.clone(), '-p', 'chroma=444'))
    expect(canvas.channels).toBe(4)
    const flat = (data: Uint8Array) =>
      sharp(data, { raw: { width: 160, height: 120, channels: 4 } })
        .flatten({ background: '#888' })
        .png()
        .toBuffer()
    const same = await decoded(await flat(drawing(160, 120, 4).data))
    expect(ssim(await decoded(await flat(canvas.data)), same)).toBeGreaterThan(0.95)
  })

  it('Display P3', async () => {
    const square = (background: string) =>
      sharp({ create: { width: 64, height: 64, channels: 3, background } })
    const canvas = await shown(await encode(square('#b04050').withIccProfile('p3'), '-p', 'chroma=444'))
    const same = await decoded(await square('#b04050').png().toBuffer())
    expect(distance(canvas, same)).toBeLessThanOrEqual(4)
  })

  it('keeps 10 bits of PQ in AVIF', async () => {
    const data = new Uint16Array(64 * 48 * 3)
    for (let at = 0; at < data.length; at += 3) data.set([50_000, 30_000, 12_000], at)
    const picture = sharp(data, { raw: { width: 64, height: 48, channels: 3 } }).toColourspace('rgb16')
    const bare = await encode(picture, '-b', '10', '-q', '98', '-p', 'chroma=444')
    const told = Uint8Array.from([...Buffer.from('nclx'), 0, 9, 0, 16, 0, 6, 0x80])
    const bytes = withProperties(bare, [{ type: 'colr', content: told }])
    const outputs = ['format=avif&hdr=keep&quality=95&width=32', 'format=avif&width=32'].map((query) => ({
      name: query,
      recipe: parseParameters(new URLSearchParams(query)).recipe,
    }))
    const made = await rendering.render({ source: { bytes }, outputs }, { timeoutMs: 60_000, lane: 'bulk' })
    const [kept, usual] = made.outputs.map(({ data: file }) => sharp(file, { ignoreIcc: true }))
    expect([(await kept?.metadata())?.bitsPerSample, (await usual?.metadata())?.bitsPerSample]).toEqual([
      10, 8,
    ])
    const raw = await kept?.toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer()
    const values = new Uint16Array(raw?.buffer ?? new ArrayBuffer(0), raw?.byteOffset, 3)
    for (const [channel, value] of [50_000, 30_000, 12_000].entries())
      expect(Math.abs((values[channel] ?? 0) - value)).toBeLessThan(600)
  })

  it.each([0, 1, 2, 3])('tiles laid out as a grid, as phones do, turned %i times', async (turns) => {
    const picture = await open(drawing(128, 192, 3))
      .png()
      .toBuffer()
    const tiles: Buffer[] = []
    for (const top of [0, 64, 128])
      for (const left of [0, 64])
        tiles.push(
          await encode(sharp(picture).extract({ left, top, width: 64, height: 64 }), '-p', 'chroma=444'),
        )
    const layout = { rows: 3, columns: 2, side: 64, width: 120, height: 180, turns }
    const canvas = await shown(heicGrid(tiles, layout))
    const cut = await sharp(picture).extract({ left: 0, top: 0, width: 120, height: 180 }).png().toBuffer()
    const same = await decoded(
      await sharp(cut)
        .rotate(-90 * turns)
        .png()
        .toBuffer(),
    )
    expect(ssim(canvas, same)).toBeGreaterThan(0.9)
  })

  it('a grid that says more than its limit is refused before a pixel is made', async () => {
    const tile = await encode(open(drawing(64, 64, 3)))
    const layout = { rows: 255, columns: 255, side: 64, width: 16_000, height: 16_000 }
    const bytes = heicGrid([tile], layout)
    await expect(rendering.probe({ bytes })).rejects.toMatchObject({ code: 'too_many_pixels' })
    // And one whose header keeps still about it
    const quiet = Buffer.from(bytes)
    const at = quiet.lastIndexOf('ispe')
    quiet.writeUInt32BE(64, at + 8)
    quiet.writeUInt32BE(64, at + 12)
    const outputs = [{ name: 'one', recipe: parseRecipe({}) }]
    await expect(
      rendering.render({ source: { bytes: quiet }, outputs }, { timeoutMs: 60_000, lane: 'bulk' }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(undecodable|too_many_pixels)$/) })
  })
})
