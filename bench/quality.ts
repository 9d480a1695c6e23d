/**
 * What choosing the quality of each picture by its curve does against one number for all, over a folder of pictures:
 * bytes, and how near the pictures come to their pixels (Hitchhiker's SSIM, 1 is equal), at 480, 1024 and 1920 pixels.
 *
 *   node --conditions=source --import tsx bench/quality.ts FOLDER
 *
 * Prints Markdown. Pictures that are not measured (transparent, drawn, small) are named and left out: they keep the fixed
 * number. Processor times hold on a busy machine as ratios of one run.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultPresets, outputSchema, parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { render, settleQuality } from '../server/src/imaging/index.ts'
import { likeness } from '../server/src/imaging/measure-quality.ts'
import { defaultQuality, encode } from '../server/src/imaging/output/encode.ts'
import type { Canvas } from '../server/src/imaging/pixels/canvas.ts'
import { measuredFormats, targets } from '../server/src/imaging/quality/curve.ts'
import { limits } from '../server/src/imaging/testing/sources.ts'
import type { QualityCurve } from '../server/src/imaging/types.ts'

sharp.concurrency(1)
sharp.cache(false)

const sides = [480, 1024, 1920]
const formats = measuredFormats
const goals = ['best', 'good', 'eco'] as const
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('bench/quality.ts FOLDER')

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length)

async function pixelsOf(bytes: Uint8Array, side: number): Promise<Canvas> {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .resize(side, side, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad: false })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const three = info.channels === 3 ? data : Uint8Array.from(data, (_, at) => data[at] ?? 0)
  return { data: three, width: info.width, height: info.height, channels: 3, grey: false }
}

const raw = ({ data, width, height }: Canvas) => sharp(data, { raw: { width, height, channels: 3 } })

async function written(canvas: Canvas, format: (typeof formats)[number], quality: number) {
  const output = outputSchema.parse({ format, quality })
  const bytes = await encode(raw(canvas), format, output, { photographic: true }).toBuffer()
  return { bytes: bytes.length, likeness: await likeness(canvas, bytes) }
}

interface Row {
  name: string
  side: number
  number: number
  share: number
  likeness: number
  fixed: number
}
const rows = new Map<string, Row[]>()
const left: string[] = []
let measuring = 0
let rendering = 0

async function processorMs<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const before = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, ms: (user + system) / 1000 }
}

const presets = Object.entries(defaultPresets)
  .filter(([name]) => name !== 'original')
  .map(([name, recipe]) => ({ name, recipe }))

for (const name of (await readdir(folder)).sort()) {
  const bytes = await readFile(join(folder, name))
  const meta = await sharp(bytes)
    .metadata()
    .catch(() => null)
  if (meta === null || (meta.pages ?? 1) > 1) continue
  const longest = Math.max(meta.width, meta.height)
  const source = { bytes }
  // Once for what is compiled with the first
  await render({ source, outputs: presets, placeholder: true, measure: true, limits })
  const made = await processorMs(() => render({ source, outputs: presets, placeholder: true, limits }))
  const both = await processorMs(() =>
    render({ source, outputs: presets, placeholder: true, measure: true, limits }),
  )
  rendering += made.ms
  measuring += both.ms - made.ms
  const curve: QualityCurve | null = both.value.curve ?? null
  if (curve === null || !('points' in curve)) {
    left.push(`${name} (${curve?.unmeasured ?? 'failed'})`)
    continue
  }
  for (const side of sides) {
    if (side > longest) continue
    const canvas = await pixelsOf(bytes, side)
    for (const format of formats) {
      const number = defaultQuality[format]
      const fixed = await written(canvas, format, number)
      for (const goal of goals) {
        const recipe = parseRecipe({ output: { format, quality: `auto:${goal}` } })
        const facts = { format: 'jpeg' as const, alpha: false, width: meta.width, height: meta.height }
        const quality = Number(settleQuality(recipe, facts, curve).recipe.output.quality)
        const auto = quality === number ? fixed : await written(canvas, format, quality)
        const key = `${format} ${goal}`
        const row = {
          name,
          side,
          number: quality,
          share: auto.bytes / fixed.bytes,
          likeness: auto.likeness,
          fixed: fixed.likeness,
        }
        rows.set(key, [...(rows.get(key) ?? []), row])
      }
    }
  }
}

const low = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[0] ?? Number.NaN
const tenth = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 10)] ?? Number.NaN
const four = (value: number): string => value.toFixed(4).slice(1)

console.log(
  '| | target | numbers | bytes against fixed | likeness: mean, tenth, least | of fixed: mean, tenth, least |\n|---|---|---|---|---|---|',
)
for (const format of formats)
  for (const goal of goals) {
    const all = rows.get(`${format} ${goal}`) ?? []
    const numbers = all.map((row) => row.number)
    const [own, fixed] = [all.map((row) => row.likeness), all.map((row) => row.fixed)]
    const change = `${((meanOf(all.map((row) => row.share)) - 1) * 100).toFixed(1)} %`
    const three = (values: readonly number[]) =>
      [meanOf(values), tenth(values), low(values)].map(four).join(', ')
    console.log(
      `| ${format} ${goal} | ${four(targets[goal])} | ${Math.min(...numbers)}–${Math.max(...numbers)} | ${change} | ${three(own)} | ${three(fixed)} |`,
    )
  }
const worst = (rows.get('jpeg good') ?? []).toSorted((a, b) => a.likeness - b.likeness).slice(0, 3)
console.log(
  `\nFurthest below in JPEG: ${worst.map((row) => `${row.name} at ${row.side}, ${four(row.likeness)}`).join('; ')}`,
)
console.log(`Not measured: ${left.join(', ') || 'none'}`)
console.log(
  `Measuring takes ${((100 * measuring) / rendering).toFixed(1)} % of the processor time of the renders of an ingest, over all pictures.`,
)
