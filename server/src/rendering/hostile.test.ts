// @module-tag slow/damaged-files
import { isFailure } from '@rendition/contract'
import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '../imaging/testing/sources.ts'
import { renderingConfigSchema } from './config.ts'
import { createRendering, type TaskEvent } from './index.ts'
import { type Hostile, hostileFiles } from './testing/hostile-files.ts'

const presets = Object.entries(defaultPresets)
  .filter(([name]) => name !== 'original')
  .map(([name, recipe]) => ({ name, recipe }))
/** What needs every pixel, so that no shrinking while loading helps. */
const whole = [
  {
    name: 'gamma',
    recipe: parseRecipe({
      steps: [
        { op: 'gamma', value: 2 },
        { op: 'resize', width: 800 },
      ],
    }),
  },
]

/** On a core that decodes and shrinks a plain PNG of 100 megapixels in `plainMs`; slower ones may take longer. */
const promised = { cpuMs: 2_000, memoryMb: 512, plainMs: 145 }
let slowness = 1
const events: TaskEvent[] = []
const config = { ...renderingConfigSchema.parse({}), processes: 1, memoryMb: promised.memoryMb }
const rendering = createRendering({ limits, config, onTask: (event) => events.push(event) })
afterAll(() => rendering.close())

let files: ReadonlyMap<string, Hostile>
beforeAll(async () => {
  files = await hostileFiles()
  const { bytes } = files.get('png bomb of 100 megapixels') ?? {}
  const before = process.cpuUsage()
  await sharp(bytes).resize(300).webp().toBuffer()
  const { user, system } = process.cpuUsage(before)
  slowness = Math.max(1, (user + system) / 1000 / promised.plainMs)
})

test.each([
  'jpeg of 65,500 × 65,500 in its header',
  'png of 65,500 × 65,500 in its header',
  'gif of 65,535 × 65,535 in its header',
  'webp of 16,383 × 16,383 in its header',
  'tiff of 65,500 × 65,500 in its header',
  'avif of 65,500 × 65,500 in its header',
  'png of 1 × 10,000,000',
  'png bomb of 100 megapixels',
  'png bomb of 100 megapixels, interlaced',
  'png of a text that unpacks to 200 MB',
  'jpeg of 100 megapixels in 2 KB',
  'jpeg progressive of 100 megapixels in 2 KB',
  'jpeg progressive bomb of 100 megapixels',
  'jpeg progressive of 500 scans',
  'gif of 10,000 frames',
  'webp of 10,000 frames',
  'tiff of one strip of 100 megapixels',
  'tiff of one tile of 100 megapixels',
  'tiff of 10,000 pages',
  'heic of another size than it says',
])('%s ends in its documented answer, in 2 s and 512 MiB', async (name) => {
  const { bytes, answers } = files.get(name) ?? { bytes: null, answers: [] }
  if (!bytes) throw new Error(`There is no file ${name}.`)
  for (const outputs of [presets, whole]) {
    events.length = 0
    const answer = await rendering
      // By the clock a busy machine would be blamed on the file: the processor's time is looked at below
      .render({ source: { bytes }, outputs, placeholder: true }, { timeoutMs: 30_000, lane: 'bulk' })
      .then(
        () => 'ok',
        (error: unknown) => (isFailure(error) ? error.code : String(error)),
      )
    expect(answers).toContain(answer)
    for (const { usage } of events) expect(usage?.cpuMs ?? 0).toBeLessThan(promised.cpuMs * slowness)
  }
})
