import { constants } from 'node:fs'
import { access, copyFile, link, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { inputsOf, isUntouched } from '@rendition/contract/recipe'
import type { Rendering, StoredSource } from '../../rendering/port.ts'
import type { Wanted } from './recipes.ts'

/** A picture to work on: a file, or bytes that came on stdin. */
export interface Input {
  /** As the caller named it. */
  name: string
  source: StoredSource
}

export interface Written {
  file: string
  width: number
  height: number
  /** Bytes. */
  size: number
}

export interface RenderFileOptions {
  rendering: Rendering
  folder: string
  wanted: readonly Wanted[]
  /** Replace files that are there. */
  force: boolean
  timeoutMs: number
  signal: AbortSignal
  /** Names given out so far, so that two inputs of one name do not overwrite each other. */
  taken: Set<string>
}

const extensions: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' }

/** Renders everything wanted of one file from one decode, and writes it; a file is there whole or not at all. */
export async function renderFile(input: Input, options: RenderFileOptions): Promise<Written[]> {
  const { rendering, wanted, signal, timeoutMs } = options
  const stem = basename(input.name, extname(input.name))
  if ('file' in input.source) await access(input.source.file, constants.R_OK)
  const probe = await rendering.probe(input.source, { signal })
  const rendered = wanted.filter(({ recipe }) => !isUntouched(recipe))
  const how = { timeoutMs, signal, lane: 'bulk', size: probe } as const
  const faces = rendered.some(({ recipe }) => inputsOf(recipe).faces)
    ? await rendering.faces(input.source, how)
    : null
  const { outputs } =
    rendered.length === 0
      ? { outputs: [] }
      : await rendering.render(
          {
            source: input.source,
            outputs: rendered.map(({ name, recipe }) => ({ name: name ?? '', recipe })),
            faces,
            measure: rendered.some(
              ({ recipe: { output } }) => typeof output.quality === 'string' || output.maxBytes !== undefined,
            ),
          },
          how,
        )
  const written: Written[] = []
  for (const { name, data, width, height, format } of outputs) {
    const file = reserve(options, stem, name, extensions[format] ?? format, input)
    await place(file, options.force, (to) => writeFile(to, data, { flag: 'wx' }))
    written.push({ file, width, height, size: data.length })
  }
  for (const { name } of wanted.filter(({ recipe }) => isUntouched(recipe))) {
    const file = reserve(options, stem, name ?? '', extname(input.name).slice(1) || probe.format, input)
    const size = await copyOriginal(input.source, file, options.force)
    written.push({ file, width: probe.width, height: probe.height, size })
  }
  return written
}

function reserve(
  { folder, taken }: RenderFileOptions,
  stem: string,
  name: string,
  extension: string,
  input: Input,
): string {
  const file = join(folder, `${stem}${name === '' ? '' : `-${name}`}.${extension}`)
  if (taken.has(file)) throw new Error(`${file} was made from another file of that name already`)
  if ('file' in input.source && join(input.source.file) === file)
    throw new Error(`${file} is the picture itself`)
  taken.add(file)
  return file
}

async function copyOriginal(source: StoredSource, file: string, force: boolean): Promise<number> {
  let size = 0
  await place(file, force, async (to) => {
    if ('bytes' in source) await writeFile(to, source.bytes, { flag: 'wx' })
    else await copyFile(source.file, to, constants.COPYFILE_EXCL)
    size = (await stat(to)).size
  })
  return size
}

/** Writes beside and renames; without `force`, what is there stays. */
async function place(file: string, force: boolean, write: (to: string) => Promise<void>): Promise<void> {
  const draft = `${file}.${process.pid}.part`
  try {
    await write(draft)
    if (force) await rename(draft, file)
    else await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new Error(`${file} is there already; --force replaces it`)
    }
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}
