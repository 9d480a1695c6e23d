import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Failure } from '@rendition/contract'
import { defaultPresets } from '@rendition/contract/recipe'
import { createRendering } from '../../rendering/index.ts'
import { type Command, type Invocation, type Terminal, UsageError } from '../command.ts'
import { readConfig } from '../environment.ts'
import { progressBar } from './progress.ts'
import { recipeOptions, wantedRecipes } from './recipes.ts'
import { type Input, type RenderFileOptions, renderFile, type Written } from './render-file.ts'

const timeoutMs = 300_000

export const render: Command = {
  name: 'render',
  summary: 'Makes pictures of local files, without a server. `-` reads one from stdin.',
  takes: 'FILE…',
  options: {
    out: { value: 'FOLDER', description: 'Where they go; made when missing. The current folder by default.' },
    force: { description: 'Replace files that are there.' },
    ...recipeOptions,
  },
  examples: [
    'rendition render *.jpg --out web',
    'rendition render photo.jpg --preset small,large --format webp --out web',
    'rendition render photo.jpg --width 800 --crop 0,0,1200,900 --quality 70 --out web',
  ],
  run: runRender,
}

async function runRender({ values, files, environment, terminal }: Invocation): Promise<number> {
  if (files.length === 0) throw new UsageError('render which files?')
  const config = readConfig(environment)
  const presets = config.images.presets ?? defaultPresets
  const wanted = wantedRecipes(values, presets, config.limits.outputSide, config.images.quality)
  const folder = typeof values.out === 'string' ? values.out : '.'
  await mkdir(folder, { recursive: true })
  const inputs = await Promise.all(files.map((name) => inputOf(name, files, terminal)))

  const processes = config.rendering.processes || availableParallelism()
  const stopping = new AbortController()
  const onSignal = (): void => stopping.abort(new Error('interrupted'))
  process.once('SIGINT', onSignal)
  const rendering = createRendering({ limits: config.limits, config: { ...config.rendering, processes } })
  try {
    return await renderAll(inputs, processes, terminal, {
      rendering,
      folder,
      wanted,
      force: values.force === true,
      timeoutMs,
      signal: stopping.signal,
      taken: new Set(),
    })
  } finally {
    process.removeListener('SIGINT', onSignal)
    await rendering.close()
  }
}

async function inputOf(name: string, files: readonly string[], { stdin }: Terminal): Promise<Input> {
  if (name !== '-') return { name, source: { file: resolve(name) } }
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- is given more than once')
  return { name: 'stdin', source: { bytes: await buffer(stdin) } }
}

/** As many files at a time as there are render processes; one that fails does not stop the others. */
async function renderAll(
  inputs: readonly Input[],
  atOnce: number,
  terminal: Terminal,
  options: RenderFileOptions,
): Promise<number> {
  const failures: string[] = []
  const queue = [...inputs]
  const progress = progressBar(inputs.length, terminal)
  const lane = async (): Promise<void> => {
    for (let input = queue.shift(); input !== undefined; input = queue.shift()) {
      if (options.signal.aborted) return
      try {
        for (const written of await renderFile(input, options)) terminal.out(describe(written))
      } catch (error) {
        failures.push(`${input.name}: ${sentenceOf(error)}`)
      }
      progress.step(input.name)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  progress.end()
  for (const failure of failures) terminal.err(failure)
  if (options.signal.aborted) terminal.err('interrupted')
  if (failures.length > 0) terminal.err(`${failures.length} of ${inputs.length} failed`)
  return failures.length > 0 || options.signal.aborted ? 1 : 0
}

const describe = ({ file, width, height, size }: Written): string =>
  `${file}  ${width} × ${height}  ${size < 10_240 ? `${size} B` : `${Math.round(size / 1024)} KiB`}`

function sentenceOf(error: unknown): string {
  if (error instanceof Failure) return error.detail
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'is a folder'
  if (code === 'EACCES') return 'may not be read'
  return message
}
