// @module-tag slow/damaged-files
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCatalogue, isFailure } from '@rendition/contract'
import { defaultPresets, parseParameters, parseRecipe } from '@rendition/contract/recipe'
import { afterAll, expect, test } from 'vitest'
import { renderingConfigSchema } from './config.ts'
import { createRendering, type TaskEvent } from './index.ts'
import type { OutputRequest } from './port.ts'
import { limits } from './testing/limits.ts'
import { diceOf, mutate } from './testing/mutate.ts'
import { validFiles } from './testing/valid-files.ts'

/**
 * Valid files of every format, broken at random and rendered as uploads are. `FUZZ_SECONDS=600` for a long look,
 * `FUZZ_SEED` to see a finding again: the seed of each try is the first one's plus its number.
 */
const seconds = Number(process.env.FUZZ_SECONDS ?? 12)
const firstSeed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
/** Files that broke the promise are kept here. */
const output = join(import.meta.dirname, '..', '..', '..', 'test-output', 'fuzz')

const promised = { cpuMs: 2_000, memoryMb: 512 }
/** What may be said of a broken file. Neither `internal`, which is our fault, nor that it took too long. */
const documented = new Set<string>([
  'ok',
  'undecodable',
  'unsupported_media_type',
  'too_many_pixels',
  'animation_too_large',
  'output_too_large',
  'unsupported_output',
  'render_too_large',
  'render_crashed',
])

const events: TaskEvent[] = []
const config = renderingConfigSchema.parse({})
const rendering = createRendering({
  limits,
  config: { ...config, processes: 1, memoryMb: promised.memoryMb },
  onTask: (event) => events.push(event),
})
afterAll(() => rendering.close())

const presets = Object.entries(defaultPresets)
  .filter(([name]) => name !== 'original')
  .map(([name, recipe]) => ({ name, recipe }))
const query = (text: string): OutputRequest[] => [
  { name: text, recipe: parseParameters(new URLSearchParams(text)).recipe },
]
const wanted: readonly OutputRequest[][] = [
  presets,
  query('rotate=10&blur=2&format=webp&metadata=keep'),
  query('format=png&metadata=copyright'),
  query('w=40&h=40&gravity=attention&trim=1'),
  [{ name: 'as-it-is', recipe: parseRecipe({}) }],
]

/** One broken file through the processes; what was wrong about it, or nothing. */
async function tryOne(files: ReadonlyMap<string, Uint8Array>, seed: number): Promise<[string, string[]]> {
  const dice = diceOf(seed)
  const names = [...files.keys()]
  const name = names[dice(names.length)] ?? ''
  const other = files.get(names[dice(names.length)] ?? '') ?? new Uint8Array(0)
  const bytes = mutate(files.get(name) ?? new Uint8Array(0), other, dice)
  const outputs = wanted[dice(wanted.length)] ?? presets
  events.length = 0
  const outcome = await rendering
    .render({ source: { bytes }, outputs, placeholder: true }, { timeoutMs: 30_000, lane: 'bulk' })
    .then(
      () => 'ok',
      (error: unknown) => (isFailure(error) ? error.code : String(error)),
    )
  const faults: string[] = []
  if (!documented.has(outcome)) faults.push(`ended with ${outcome}`)
  // Processor time: by the clock, a busy machine would be blamed on the file
  for (const { usage } of events)
    if (usage && usage.cpuMs > promised.cpuMs) faults.push(`took ${usage.cpuMs.toFixed(0)} ms`)
  if (faults.length > 0) {
    await mkdir(output, { recursive: true })
    await writeFile(join(output, `${seed}`), bytes)
  }
  return [outcome, faults.map((fault) => `FUZZ_SEED=${seed}: ${name}, for ${outputs[0]?.name}, ${fault}`)]
}

test('broken files end in a documented error or a picture, in 2 s and 512 MiB', {
  timeout: (seconds + 90) * 1_000,
}, async () => {
  for (const code of documented) if (code !== 'ok') expect(errorCatalogue).toHaveProperty(code)
  const files = await validFiles()
  const found: string[] = []
  const outcomes: Record<string, number> = {}
  const until = performance.now() + seconds * 1_000
  let tries = 0
  // To see a finding again, one try is enough
  do {
    const [outcome, faults] = await tryOne(files, firstSeed + tries)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    found.push(...faults)
    tries++
  } while (performance.now() < until && process.env.FUZZ_SEED === undefined)
  process.stdout.write(`fuzz: ${tries} broken files from seed ${firstSeed}: ${JSON.stringify(outcomes)}\n`)
  expect(found).toEqual([])
  // Were all of them refused at the door, the decoders would have seen nothing
  if (tries > 300) expect(outcomes.ok ?? 0).toBeGreaterThan(tries / 50)
})

test('the files are valid before they are broken', { timeout: 120_000 }, async () => {
  for (const [name, bytes] of await validFiles()) {
    const made = await rendering.render(
      { source: { bytes }, outputs: presets },
      { timeoutMs: 60_000, lane: 'bulk' },
    )
    expect(made.outputs, name).toHaveLength(presets.length)
  }
})
