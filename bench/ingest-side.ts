/**
 * One way of making the five renditions of a picture, in a process of its own so that its memory is its own. Started
 * by `bench/ingest.ts`: `ingest-side.ts <way> <photo> <pictures> <at once>` prints one line of JSON.
 */
import { readFile } from 'node:fs/promises'
import { defaultPresets } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { render } from '../server/src/imaging/index.ts'
import { limits } from '../server/src/imaging/testing/sources.ts'
import { renderingConfigSchema } from '../server/src/rendering/config.ts'
import { createRendering, type TaskEvent } from '../server/src/rendering/index.ts'
import { peakBytes } from '../server/src/rendering/process-facts.ts'

export interface SideResult {
  /** Milliseconds a picture: processor (of render processes too), and by the clock. */
  cpuMs: number
  wallMs: number
  /** Bytes, at most: of the process that renders. */
  peak: number
}

const outputs = Object.entries(defaultPresets)
  .filter(([name]) => name !== 'original')
  .map(([name, recipe]) => ({ name, recipe }))

interface Way {
  make(photo: string): Promise<void>
  /** What other processes used since the last call, and their largest memory. */
  elsewhere(): { cpuMs: number; peak: number }
  close(): Promise<void>
}

/** The service's own way, with its processes and the copying between them. */
function rendition(atOnce: number): Way {
  const events: TaskEvent[] = []
  const config = { ...renderingConfigSchema.parse({}), processes: atOnce }
  const rendering = createRendering({ limits, config, onTask: (event) => events.push(event) })
  return {
    async make(photo) {
      const options = { timeoutMs: 60_000, lane: 'bulk' as const }
      const made = await rendering.render({ source: { file: photo }, outputs, placeholder: true }, options)
      if (made.outputs.length !== outputs.length || !made.placeholder) throw new Error('not all was made')
    },
    elsewhere() {
      const usage = events.splice(0).flatMap((event) => event.usage ?? [])
      const cpuMs = usage.reduce((sum, one) => sum + one.cpuMs, 0)
      return { cpuMs, peak: Math.max(0, ...usage.map((one) => one.peakBytes)) }
    },
    close: () => rendering.close(),
  }
}

/** The same code without a process of its own: what the separation costs. */
const inside: Way = {
  async make(photo) {
    await render({ source: { file: photo }, outputs, placeholder: true, limits })
  },
  elsewhere: () => ({ cpuMs: 0, peak: peakBytes() }),
  close: async () => {},
}

/** What such services commonly do: a pipeline for each size, all at once, and one more for the placeholder. */
const five: Way = {
  async make(photo) {
    const original = await readFile(photo)
    const open = () => sharp(original).autoOrient()
    const inside = (side: number) => open().resize(side, side, { fit: 'inside', withoutEnlargement: true })
    const jpeg = { quality: 80 }
    await Promise.all([
      open().resize(150, 150, { fit: 'cover' }).jpeg(jpeg).toBuffer(),
      inside(480).jpeg(jpeg).toBuffer(),
      inside(1024).jpeg(jpeg).toBuffer(),
      inside(1920).jpeg(jpeg).toBuffer(),
      inside(100).ensureAlpha().raw().toBuffer(),
    ])
  },
  elsewhere: () => ({ cpuMs: 0, peak: peakBytes() }),
  close: async () => {},
}

async function measure(way: Way, photo: string, pictures: number, atOnce: number): Promise<SideResult> {
  // Processes start and code is compiled with the first ones
  await Promise.all(Array.from({ length: atOnce }, () => way.make(photo)))
  way.elsewhere()
  const [cpu, clock] = [process.cpuUsage(), performance.now()]
  let left = pictures
  const stream = async (): Promise<void> => {
    while (left-- > 0) await way.make(photo)
  }
  await Promise.all(Array.from({ length: atOnce }, stream))
  const wallMs = (performance.now() - clock) / pictures
  const { user, system } = process.cpuUsage(cpu)
  const other = way.elsewhere()
  return { cpuMs: ((user + system) / 1000 + other.cpuMs) / pictures, wallMs, peak: other.peak }
}

const [name, photo = '', pictures = '1', atOnce = '1'] = process.argv.slice(2)
const way = name === 'five' ? five : name === 'inside' ? inside : rendition(Number(atOnce))
console.log(JSON.stringify(await measure(way, photo, Number(pictures), Number(atOnce))))
await way.close()
