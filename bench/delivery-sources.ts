/**
 * Which stored level is the cheapest source of a rendition that cannot be told from a full decode reduced once?
 * node --import tsx bench/delivery-sources.ts photo.jpg [...]
 */
import { readFile } from 'node:fs/promises'
import sharp, { type JpegOptions } from 'sharp'
import { median } from './figures.ts'
import { lumaFrom, ssim } from './ssim.ts'

sharp.concurrency(1)
sharp.cache(false)

const rounds = 5
const targets = [300, 480, 640, 828, 1080, 1200, 1400]
const sides = [512, 660, 832, 1064, 1344, 1710, 2176]
/** How many times as large as the picture: nearer or further away, nobody would take a level. */
const [nearest, furthest] = [1.2, 3]
const encodings: [string, JpegOptions][] = [
  ['q90', { quality: 90 }],
  ['q92 4:4:4', { quality: 92, chromaSubsampling: '4:4:4' }],
  ['q95', { quality: 95 }],
]
/** As imaging does. */
const finelyScaled = 1024

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return median(times)
}

for (const file of process.argv.slice(2)) {
  const original = await readFile(file)
  const whole = await sharp(original).autoOrient().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = whole.info
  const landscape = width >= height
  console.log(
    `\n${file.split('/').pop()}, ${width} × ${height}: processor ms of a JPEG, SSIM; direct is sharp's default`,
  )
  const levels: { name: string; side: number; bytes: Buffer }[] = []
  for (const side of sides) {
    for (const [label, options] of encodings) {
      const bytes = await sharp(original)
        .autoOrient()
        .resize({
          [landscape ? 'width' : 'height']: side,
          fastShrinkOnLoad: side > finelyScaled,
        })
        .jpeg(options)
        .toBuffer()
      levels.push({ name: `${side} ${label}`, side, bytes })
    }
  }
  console.log(levels.map(({ name, bytes }) => `${name}: ${Math.round(bytes.length / 1024)} KiB`).join(', '))
  for (const target of targets) {
    const size = landscape
      ? { width: target, height: Math.round((target * height) / width) }
      : { height: target, width: Math.round((target * width) / height) }
    const from = (source: Buffer, fastShrinkOnLoad: boolean) =>
      sharp(source)
        .autoOrient()
        .resize({ ...size, fit: 'fill', fastShrinkOnLoad })
    const reference = await lumaFrom(
      sharp(whole.data, { raw: { width, height, channels: whole.info.channels } }).resize({
        ...size,
        fit: 'fill',
      }),
    )
    const cell = async (name: string, source: Buffer, fast: boolean): Promise<string> => {
      const likeness = ssim(await lumaFrom(from(source, fast)), reference)
      const ms = await cpuOf(() => from(source, fast).jpeg({ quality: 80 }).toBuffer())
      return `${name}: ${ms.toFixed(0)} ms ${likeness.toFixed(4)}`
    }
    const cells = [await cell('direct', original, true)]
    for (const { name, side, bytes } of levels) {
      if (side < nearest * target || side > furthest * target) continue
      cells.push(await cell(name, bytes, target > finelyScaled))
    }
    console.log(`${target}: ${cells.join(' | ')}`)
  }
}
