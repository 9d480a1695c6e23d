import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'
import { expect, vi } from 'vitest'
import type { createApi } from '../api.ts'

type Api = Pick<Awaited<ReturnType<ReturnType<typeof createApi>['signedIn']>>, 'get'>

const bytesOf = (url: string): Buffer => Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')

/** What the preview shows: its canvas, or what the service rendered in the place of that. */
export async function drawn(page: Page): Promise<Buffer> {
  const rendition = page.locator('[data-preview-rendition]')
  if ((await rendition.count()) === 0)
    return bytesOf(
      await page
        .locator('[data-preview-current] canvas')
        .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL('image/png')),
    )
  return bytesOf(
    await rendition.evaluate(async (picture: HTMLImageElement) => {
      await picture.decode()
      const { naturalWidth: width, naturalHeight: height } = picture
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      canvas.getContext('2d')?.drawImage(picture, 0, 0)
      return canvas.toDataURL('image/png')
    }),
  )
}

/** Mean difference of two pictures of one size, in levels of 255; what is transparent counts as its alpha alone. */
export async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [a, b] = await Promise.all(
    [one, other].map((bytes) => sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })),
  )
  if (a === undefined || b === undefined) throw new Error('two pictures are compared')
  const { width, height } = b.info
  expect(Math.abs(a.info.width - width)).toBeLessThanOrEqual(2)
  expect(Math.abs(a.info.height - height)).toBeLessThanOrEqual(2)
  let sum = 0
  let count = 0
  for (let y = 0; y < Math.min(height, a.info.height); y++)
    for (let x = 0; x < Math.min(width, a.info.width); x++) {
      const [p, q] = [(y * a.info.width + x) * 4, (y * width + x) * 4]
      const [alpha, beta] = [a.data[p + 3] ?? 0, b.data[q + 3] ?? 0]
      for (let c = 0; c < 3; c++)
        sum += Math.abs(((a.data[p + c] ?? 0) * alpha - (b.data[q + c] ?? 0) * beta) / 255)
      sum += Math.abs(alpha - beta)
      count += 4
    }
  return sum / count
}

/** The mean colour of the small picture beside this name, once it is drawn: its place is there a frame or two before. */
export function colourOf(within: Page | Locator, name: string) {
  const picture = within.locator('label, [role="radio"]').filter({ hasText: name }).locator('canvas')
  return picture.evaluate(async (canvas: HTMLCanvasElement) => {
    const pixels = () =>
      canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
    while (!pixels().some((value) => value > 0)) await new Promise(requestAnimationFrame)
    const data = pixels()
    const mean = (channel: number): number => {
      let sum = 0
      for (let at = channel; at < data.length; at += 4) sum += data[at] ?? 0
      return sum / (data.length / 4)
    }
    return { red: mean(0), green: mean(1), blue: mean(2) }
  })
}

/** Sets a number and waits until it is one of the edit. */
export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole('spinbutton', { name: label, exact: true })
  await field.fill(String(value))
  await field.blur()
}

export const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click()
export const shown = (page: Page) => page.locator('[data-preview-current="true"]').waitFor()
const editUrl = (page: Page) => page.locator('[data-edit-url]').getAttribute('data-edit-url')

/** The picture that the URL of the edit gives, without loss, once that URL is of these steps. */
export async function rendered(
  page: Page,
  api: Api,
  image: { id: string },
  steps: readonly string[],
): Promise<Buffer> {
  const url = await vi.waitFor(
    async () => {
      const now = new URL((await editUrl(page)) ?? '')
      const text = now.search
      for (const step of steps) expect(text).toContain(step)
      return now
    },
    { timeout: 30_000, interval: 50 },
  )
  const parameters = new URLSearchParams(url.search)
  for (const name of ['exp', 'sig']) parameters.delete(name)
  parameters.set('format', 'png')
  const answer = await api.get(`/images/${image.id}?${parameters}`)
  expect(answer.status).toBe(200)
  return answer.bytes
}
