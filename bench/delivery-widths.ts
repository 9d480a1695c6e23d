/**
 * What a rendition costs by its width, made from its stored level in a render process, beside a bare sharp pipeline from the
 * original. Processor milliseconds, the median of five.
 * AVIF is asked once: bare sharp takes seconds for it.
 * node --conditions=source --import tsx bench/delivery-widths.ts photo.jpg [widths, with commas between] [formats] [levels]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { deliveryConfigSchema } from '../server/src/delivery/config.ts'
import {
  madeTogether,
  sourceLevelReserve,
  sourceLevelsOf,
} from '../server/src/delivery/plan/source-levels.ts'
import { limits } from '../server/src/imaging/testing/sources.ts'
import { renderingConfigSchema } from '../server/src/rendering/config.ts'
import { createRendering, type TaskEvent } from '../server/src/rendering/index.ts'
import type { OutputRequest } from '../server/src/rendering/port.ts'
import { median } from './figures.ts'

sharp.concurrency(1)
sharp.cache(false)

const [file = '', list = '100,300,480,640,828,867,868,1080,1200,1403,1404,1920', kinds = 'jpeg,webp', kept] =
  process.argv.slice(2)
const formats = kinds.split(',') as ('jpeg' | 'webp' | 'avif')[]
const widths = list.split(',').map(Number)
const rounds = 5
const folder = await mkdtemp(join(tmpdir(), 'rendition-widths-'))
const events: TaskEvent[] = []
const rendering = createRendering({
  limits,
  config: { ...renderingConfigSchema.parse({}), processes: 1 },
  onTask: (event) => events.push(event),
})

/** Qualities that look alike. */
const qualityOf = (format: string): number => (format === 'avif' ? 55 : 80)

interface Source {
  path: string
  name: string
  size: { width: number; height: number; frames: number }
}

async function render({ path, size }: Source, outputs: readonly OutputRequest[]) {
  const made = await rendering.render(
    { source: { file: path }, outputs },
    { timeoutMs: 60_000, lane: 'interactive', size },
  )
  return { made: made.outputs, ms: events.at(-1)?.usage?.cpuMs ?? Number.NaN }
}

async function medianMs(work: () => Promise<number>, often = rounds): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < often; round += 1) times.push(await work())
  return median(times)
}

async function ownMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

try {
  const { autoOrient } = await sharp(file).metadata()
  const original: Source = { path: file, name: 'the original', size: { ...autoOrient, frames: 1 } }
  const longest = Math.max(autoOrient.width, autoOrient.height)
  const { levels: sides } = deliveryConfigSchema.parse(kept === undefined ? {} : { levels: kept })
  const levels = sourceLevelsOf({ ...autoOrient, hasAlpha: false, frames: 1, recipe: null }, sides)
  const sources = new Map<number, Source>()
  for (const level of levels) {
    if (sources.has(level.side)) continue
    const pair = madeTogether(levels, level)
    const outputs = pair.map(({ recipe, side }) => ({ name: String(side), recipe }))
    // The first one starts the process.
    await render(original, outputs)
    const { made, ms } = await render(original, outputs)
    for (const { name, data, width, height } of made) {
      const path = join(folder, `${name}.jpg`)
      await writeFile(path, data)
      sources.set(Number(name), { path, name, size: { width, height, frames: 1 } })
    }
    const bytes = made.map(({ name, data }) => `${name}: ${Math.round(data.byteLength / 1024)} KiB`)
    console.log(`levels of ${bytes.join(', ')}: ${ms.toFixed(0)} ms`)
  }
  console.log('\n| width | from | format | ours | bare sharp | ours ÷ bare | beyond the encoder, of bare |')
  console.log('|---|---|---|---|---|---|---|')
  for (const width of widths) {
    const height = Math.round((width * autoOrient.height) / autoOrient.width)
    const side = levels.find(
      (level) => (width / autoOrient.width) * longest * sourceLevelReserve <= level.side,
    )
    const source = sources.get(side?.side ?? 0) ?? original
    for (const format of formats) {
      const often = format === 'avif' ? 1 : rounds
      const steps = [{ op: 'resize' as const, width, height, fit: 'fill' as const }]
      const outputs = [{ name: 'one', recipe: parseRecipe({ steps, output: { format } }) }]
      const ours = await medianMs(async () => (await render(source, outputs)).ms, often)
      const bare = await medianMs(
        () =>
          ownMs(() =>
            sharp(file)
              .autoOrient()
              .resize(width, height)
              .toFormat(format, { quality: qualityOf(format) })
              .toBuffer(),
          ),
        often,
      )
      const { data, info } = await sharp(file).resize(width).raw().toBuffer({ resolveWithObject: true })
      const raw = { width: info.width, height: info.height, channels: info.channels }
      const encoder = await medianMs(
        () =>
          ownMs(() =>
            sharp(data, { raw })
              .toFormat(format, { quality: qualityOf(format) })
              .toBuffer(),
          ),
        often,
      )
      const cells = [ours, bare].map((ms) => ms.toFixed(0))
      const shares = [ours / bare, (ours - encoder) / (bare - encoder)].map((share) => share.toFixed(2))
      console.log(`| ${[width, source.name, format, ...cells, ...shares].join(' | ')} |`)
    }
  }
} finally {
  await rendering.close()
  await rm(folder, { recursive: true, force: true })
}
