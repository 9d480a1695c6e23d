// @module-tag slow/pages
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from '../api.ts'
import { launchBrowser, skipNote, visit, withoutChromium } from './browser.ts'

/** An orange in values of Display P3 that sRGB has not. */
const orange = [250, 60, 20]

/** A PNG that says by number that its values are of Display P3 (cICP behind IHDR). */
async function widePng(): Promise<Buffer> {
  const plain = sharp({ create: { width: 64, height: 48, channels: 3, background: `rgb(${orange.join()})` } })
  const png = await plain.png().toBuffer()
  const chunk = Buffer.alloc(16)
  chunk.writeUInt32BE(4)
  chunk.write('cICP', 4, 'latin1')
  chunk.set([12, 13, 0, 1], 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 12)), 12)
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)])
}

/** A pixel of a picture, as the browser shows it on a screen of Display P3, in values of that. */
const shown = (page: Page, url: string): Promise<number[]> =>
  page.evaluate(async (src) => {
    const picture = new Image()
    picture.src = src
    await picture.decode()
    const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight)
    const context = canvas.getContext('2d', { colorSpace: 'display-p3' })
    context?.drawImage(picture, 0, 0)
    const [x, y] = [picture.naturalWidth >> 1, picture.naturalHeight >> 1]
    return [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3)
  }, url)

const distance = (one: number[], other: number[]): number =>
  Math.max(...one.map((value, channel) => Math.abs(value - (other[channel] ?? 999))))

describe.skipIf(withoutChromium)(`colours beyond sRGB, as Chromium decodes them${skipNote}`, () => {
  let browser: Browser
  let page: Page
  let api: Api
  let wide: ImageBody
  let bright: ImageBody
  beforeAll(async () => {
    browser = await launchBrowser()
    page = (await visit(browser, inject('baseUrl'))).page
    await page.goto('/health')
    const anyone = createApi(inject('baseUrl'))
    api = anyone.as((await anyone.register()).accessToken)
    wide = await api.picture(await widePng(), 'wide.png')
    const pq = await readFile(join(import.meta.dirname, '../kinds/nclx-pq.avif'))
    bright = await api.picture(pq, 'bright.avif')
  })
  afterAll(() => browser?.close())

  /** A URL that opens by itself. */
  const urlOf = async (image: ImageBody, query: string): Promise<string> =>
    String((await api.get(`/api/images/${image.id}/explain?${query}`)).body.url)

  it.each(['jpeg', 'png', 'webp', 'avif'])('gamut=p3 in %s', async (format) => {
    const pixel = await shown(page, await urlOf(wide, `width=32&format=${format}&quality=95&gamut=p3`))
    expect({ pixel, far: distance(pixel, orange) > 4 }).toEqual({ pixel, far: false })
    const usual = await shown(page, await urlOf(wide, `width=32&format=${format}&quality=95`))
    expect(distance(usual, orange)).toBeGreaterThan(8)
  })

  it('hdr=keep is drawn as the file that was sent', async () => {
    const [sent, kept] = [
      await shown(page, await urlOf(bright, 'preset=original')),
      await shown(page, await urlOf(bright, 'format=avif&hdr=keep&quality=95&width=60')),
    ]
    expect({ sent, kept, far: distance(sent, kept) > 4 }).toEqual({ sent, kept, far: false })
  })

  it('gamut=auto goes by a hint, says so, and keeps both apart', async () => {
    const url = `/images/${wide.id}?width=40&format=png&gamut=auto`
    const profile = async (headers: Record<string, string>) => {
      const { bytes, headers: told } = await api.get(url, headers)
      expect(told.get('vary')).toContain('Sec-CH-Color-Gamut')
      expect(told.get('accept-ch')).toContain('Sec-CH-Color-Gamut')
      return (await sharp(bytes).metadata()).hasProfile
    }
    expect([
      await profile({}),
      await profile({ 'Sec-CH-Color-Gamut': 'p3' }),
      await profile({ 'Color-Gamut': '"rec2020"' }),
      await profile({ 'Color-Gamut': 'srgb' }),
    ]).toEqual([false, true, true, false])
    const explained = async (query: string) =>
      (
        await api.get<{ key: string; output: Record<string, unknown>; warnings: string[] }>(
          `/api/images/${wide.id}/explain?width=40&${query}`,
        )
      ).body
    const [auto, srgb, none, p3, keep] = await Promise.all(
      ['gamut=auto', 'gamut=srgb', '', 'gamut=p3', 'hdr=keep'].map(explained),
    )
    expect(auto?.key).toBe(none?.key)
    expect(srgb?.key).toBe(none?.key)
    expect(auto?.warnings.join()).toContain('color-gamut: p3')
    expect(new Set([none?.key, p3?.key, keep?.key]).size).toBe(3)
    expect([p3?.output.gamut, keep?.output.hdr]).toEqual(['p3', 'keep'])
  })

  it('a transformation may ask for it, and what is made of that keeps it', async () => {
    const { body } = await api.post<{ jobId: string }>(`/api/images/${wide.id}/transform`, {
      rotate: 180,
      gamut: 'p3',
      format: 'webp',
      saveImage: true,
    })
    expect(await api.ended(body.jobId)).toMatchObject({ status: 'complete' })
    const profile = async (query: string) =>
      (await sharp((await api.get(`/images/${wide.id}?${query}`)).bytes).metadata()).hasProfile
    expect([await profile(''), await profile('width=20'), await profile('width=20&gamut=srgb')]).toEqual([
      true,
      true,
      false,
    ])
  })
})
