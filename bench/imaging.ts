/**
 * What each operation and format costs at 1 to 50 megapixels, how much memory pictures take by their pixels and by the
 * number of outputs, and what a render process costs by itself. Measured in those, as the service uses them.
 *
 *   npm run bench:imaging [-- --megapixels 1,4,12,24,50 --only operations|encoders|decoders|animations|memory|process]
 *
 * Prints Markdown: CPU milliseconds of one render (of two, the quicker one, up to 12 megapixels), MiB at most.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultPresets, parseRecipe, type RecipeInput } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { limits } from '../server/src/imaging/testing/sources.ts'
import { renderingConfigSchema } from '../server/src/rendering/config.ts'
import { createRendering, type TaskEvent } from '../server/src/rendering/index.ts'
import type { OutputRequest } from '../server/src/rendering/port.ts'
import { cpuMilliseconds } from '../server/src/rendering/process-facts.ts'
import { animationOf, motions } from './animations.ts'
import { type Box, decoders, encoders, operations } from './imaging-rows.ts'
import { photographOf } from './photographs.ts'

const { values: args } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '1,4,12,24,50' },
    only: { type: 'string' },
  },
})
const sizes = args.megapixels.split(',').map(Number)
const wants = (part: string) => args.only === undefined || args.only === part
const folder = await mkdtemp(join(tmpdir(), 'rendition-imaging-'))
const options = { timeoutMs: 300_000, lane: 'bulk' as const }

/** A service with one render process, and what its last task cost. */
function service() {
  const events: TaskEvent[] = []
  const config = { ...renderingConfigSchema.parse({}), processes: 1, memoryMb: 8192, megapixels: 1e5 }
  const rendering = createRendering({ limits, config, onTask: (event) => events.push(event) })
  const cost = async (file: string, outputs: readonly OutputRequest[], size?: Box) => {
    events.length = 0
    await rendering.render(
      { source: { file }, outputs },
      { ...options, ...(size && { size: { ...size, frames: 1 } }) },
    )
    const usage = events.findLast((event) => event.kind === 'render')?.usage
    if (!usage) throw new Error('The render did not tell what it used.')
    return usage
  }
  return { cost, close: () => rendering.close() }
}

const one = (recipe: RecipeInput): OutputRequest[] => [{ name: 'one', recipe: parseRecipe(recipe) }]

function table(head: string, columns: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n| ${[head, ...columns].join(' | ')} |\n|${'---|'.repeat(columns.length + 1)}`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}

const columns = sizes.map((size) => `${size} MP`)
const made = new Map<string, Promise<string>>()
/** A file of that kind and size, made once. */
function file(kind: string, megapixels: number): Promise<string> {
  const path = join(folder, `${kind.replaceAll(' ', '-')}-${megapixels}`)
  const making = made.get(path) ?? write(path, kind, megapixels)
  made.set(path, making)
  return making
}
async function write(path: string, kind: string, megapixels: number): Promise<string> {
  const decoder = decoders[kind]
  if (!decoder) throw new Error(`There is no kind ${kind}.`)
  await writeFile(path, await decoder.file(await photographOf(megapixels)).toBuffer())
  return path
}

/** CPU milliseconds of each row at each size; null where it is not possible. */
async function grid(
  names: readonly string[],
  cell: (name: string, megapixels: number) => Promise<{ file: string; recipe: RecipeInput } | null>,
): Promise<string[][]> {
  const { cost, close } = service()
  const rows = names.map((name) => [name])
  for (const megapixels of sizes)
    for (const [index, name] of names.entries()) {
      const wanted = await cell(name, megapixels)
      const times: number[] = []
      for (let round = 0; wanted && round < (megapixels > 12 ? 1 : 2); round += 1)
        times.push((await cost(wanted.file, one(wanted.recipe))).cpuMs)
      rows[index]?.push(wanted ? Math.min(...times).toFixed(0) : '–')
    }
  await close()
  return rows
}

async function sizeOf(path: string): Promise<Box> {
  const { width, height } = await sharp(path, { limitInputPixels: false }).metadata()
  return { width, height }
}

const presets = Object.entries(defaultPresets)
  .filter(([name]) => name !== 'original')
  .map(([name, recipe]) => ({ name, recipe }))

async function measureAnimations(): Promise<void> {
  const rows: string[][] = []
  for (const motion of motions) {
    const path = join(folder, 'animation.gif')
    await writeFile(path, await animationOf(motion))
    const { cost, close } = service()
    const { cpuMs } = await cost(path, presets)
    await close()
    rows.push([motion, (cpuMs / 1000).toFixed(1)])
  }
  table('259 frames of 1000 × 175, the presets', ['CPU s'], rows)
}

async function measureMemory(): Promise<void> {
  const peak = async (path: string, outputs: readonly OutputRequest[]): Promise<string> => {
    const { cost, close } = service()
    const { peakBytes } = await cost(path, outputs)
    await close()
    return (peakBytes / 2 ** 20).toFixed(0)
  }
  const kinds: [string, string, OutputRequest[]][] = [
    ['jpeg, the presets', 'jpeg', presets],
    ['jpeg progressive, the presets', 'jpeg progressive', presets],
    ['png, the presets', 'png', presets],
    ['png interlaced, the presets', 'png interlaced', presets],
    ['webp, the presets', 'webp', presets],
    ['jpeg, gamma of the whole', 'jpeg', one(operations.gamma?.({ width: 0, height: 0 }) ?? {})],
    ['jpeg, sharpen the whole', 'jpeg', one(operations.sharpen?.({ width: 0, height: 0 }) ?? {})],
  ]
  const rows: string[][] = []
  for (const [name, kind, outputs] of kinds) {
    const cells: string[] = []
    for (const megapixels of sizes) cells.push(await peak(await file(kind, megapixels), outputs))
    rows.push([name, ...cells])
  }
  table('MiB at most', columns, rows)

  const counts = [1, 2, 4, 8, 16, 32]
  const scaled = (count: number): OutputRequest[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${index}`,
      recipe: parseRecipe({ steps: [{ op: 'resize', width: 1920 - 55 * index }] }),
    }))
  const whole = (count: number): OutputRequest[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${index}`,
      recipe: parseRecipe({
        steps: [
          { op: 'gamma', value: 1.1 + index / 100 },
          { op: 'resize', width: 800 },
        ],
      }),
    }))
  const path = await file('jpeg', 24)
  const ofCount = async (name: string, outputs: (count: number) => OutputRequest[]) => {
    const cells: string[] = []
    for (const count of counts) cells.push(await peak(path, outputs(count)))
    return [name, ...cells]
  }
  table(
    'outputs of 24 MP, MiB at most',
    counts.map((count) => `${count}`),
    [await ofCount('widths 1920 and less', scaled), await ofCount('gamma of the whole, then 800', whole)],
  )
}

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Processor time of both processes, since a busy machine makes every time by the clock longer. */
async function measureProcess(): Promise<void> {
  const picture = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#468' } })
    .jpeg()
    .toBuffer()
  const weighty = Buffer.concat([picture, Buffer.alloc(10_000_000)])
  const [starts, trips, copies, memories]: number[][] = [[], [], [], []]
  for (let round = 0; round < 3; round += 1) {
    const config = { ...renderingConfigSchema.parse({}), processes: 1 }
    const events: TaskEvent[] = []
    const rendering = createRendering({ limits, config, onTask: (event) => events.push(event) })
    const used = (): number => {
      const { user, system } = process.cpuUsage()
      const there = rendering.pids().reduce((sum, pid) => sum + (cpuMilliseconds(pid) ?? 0), 0)
      return (user + system) / 1000 + there
    }
    const cost = async (bytes: Uint8Array, times: number): Promise<number> => {
      const before = used()
      for (let time = 0; time < times; time += 1) await rendering.probe({ bytes })
      return (used() - before) / times
    }
    starts?.push(await cost(picture, 1))
    memories?.push((events.at(-1)?.usage?.peakBytes ?? 0) / 2 ** 20)
    trips?.push(await cost(picture, 200))
    copies?.push(await cost(weighty, 20))
    await rendering.close()
  }
  const rows = [
    ['CPU ms to start one', middle(starts ?? []).toFixed(0)],
    ['CPU ms for a task of no work', middle(trips ?? []).toFixed(1)],
    ['CPU ms with 10 MB of bytes to copy', middle(copies ?? []).toFixed(0)],
    ['MiB before any picture', middle(memories ?? []).toFixed(0)],
  ]
  table('a render process', [''], rows)
}

try {
  console.log(`sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, Node ${process.versions.node}`)
  if (wants('operations'))
    table(
      'operation, CPU ms',
      columns,
      await grid(Object.keys(operations), async (name, megapixels) => {
        const path = await file('jpeg', megapixels)
        return { file: path, recipe: operations[name]?.(await sizeOf(path)) ?? {} }
      }),
    )
  if (wants('encoders'))
    table(
      'whole picture to, CPU ms',
      columns,
      await grid(Object.keys(encoders), async (name, megapixels) =>
        megapixels * 1e6 > limits.outputPixels
          ? null
          : { file: await file('jpeg', megapixels), recipe: { output: encoders[name] } },
      ),
    )
  if (wants('decoders'))
    table(
      'to a JPEG of 1024 from, CPU ms',
      columns,
      await grid(Object.keys(decoders), async (name, megapixels) =>
        megapixels > (decoders[name]?.most ?? 0)
          ? null
          : {
              file: await file(name, megapixels),
              recipe: { steps: [{ op: 'resize', width: 1024 }], output: { format: 'jpeg' } },
            },
      ),
    )
  if (wants('animations')) await measureAnimations()
  if (wants('memory')) await measureMemory()
  if (wants('process')) await measureProcess()
} finally {
  await rm(folder, { recursive: true, force: true })
}
