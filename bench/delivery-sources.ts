/**
 * Which stored level is the cheapest source of a small rendition that cannot be told from the direct one?
 * node --import tsx bench/delivery-sources.ts photo.jpg [...]
 */
import { readFile } from 'node:fs/promises'
import sharp, { type JpegOptions } from 'sharp'
import { lumaFrom, ssim } from './ssim.ts'

sharp.concurrency(1)
sharp.cache(false)

const rounds = 5
const targets = [150, 300, 480, 640, 800, 1024]
/** Fixed sides, and whole fractions of the original: where libjpeg's shrink-on-load already stops. */
const sides = [{ of: 2 }, { of: 4 }, 2048]
const encodings: [string, JpegOptions][] = [
  ['q90 4:4:4', { quality: 90, chromaSubsampling: '4:4:4' }],
  ['q92 4:4:4', { quality: 92, chromaSubsampling: '4:4:4' }],
  ['q95 4:4:4', { quality: 95, chromaSubsampling: '4:4:4' }],
]

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

for (const file of process.argv.slice(2)) {
  const original = await readFile(file)
  const { width = 0, height = 0 } = await sharp(original)
    .autoOrient()
    .metadata()
    .then((m) => m.autoOrient)
  console.log(`\n${file.split('/').pop()}  ${width}x${height}  ${Math.round(original.length / 1024)} KiB`)
  console.log(
    'source'.padEnd(22),
    'KiB'.padStart(6),
    ...targets.map((t) => `${t} webp4/webp2/jpeg SSIM`.padStart(30)),
  )
  const measure = async (
    name: string,
    source: Buffer,
    reference: Map<number, Awaited<ReturnType<typeof lumaFrom>>> | null,
  ) => {
    const cells: string[] = []
    for (const target of targets) {
      const made = () =>
        sharp(source)
          .autoOrient()
          .resize({ width: target, height: Math.round((target * height) / width), fit: 'fill' })
      const luma = await lumaFrom(made())
      const direct = reference?.get(target)
      const likeness = direct === undefined ? 1 : ssim(luma, direct)
      const e4 = await cpuOf(() => made().webp({ quality: 80 }).toBuffer())
      const e2 = await cpuOf(() => made().webp({ quality: 80, effort: 2 }).toBuffer())
      const jpeg = await cpuOf(() => made().jpeg({ quality: 80 }).toBuffer())
      cells.push(`${e4.toFixed(0)}/${e2.toFixed(0)}/${jpeg.toFixed(0)} ${likeness.toFixed(4)}`.padStart(30))
    }
    console.log(name.padEnd(22), String(Math.round(source.length / 1024)).padStart(6), ...cells)
  }
  const reference = new Map<number, Awaited<ReturnType<typeof lumaFrom>>>()
  for (const target of targets) {
    reference.set(
      target,
      await lumaFrom(
        sharp(original)
          .autoOrient()
          .resize({ width: target, height: Math.round((target * height) / width), fit: 'fill' }),
      ),
    )
  }
  await measure('original', original, null)
  for (const side of sides) {
    for (const [label, options] of encodings) {
      const size =
        typeof side === 'number'
          ? { width: side, height: side, fit: 'inside' as const }
          : { width: Math.floor(width / side.of), height: Math.floor(height / side.of), fit: 'fill' as const }
      const level = await sharp(original).autoOrient().resize(size).jpeg(options).toBuffer()
      await measure(`${typeof side === 'number' ? side : `1/${side.of}`} ${label}`, level, reference)
    }
  }
}
