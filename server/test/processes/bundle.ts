import { mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { inject } from 'vitest'
import { packagesOutside } from '../../../scripts/service-bundle.ts'
// Its declaration of what is provided.
import type {} from './programs-folder.ts'

const child = fileURLToPath(new URL('../../src/rendering/child.ts', import.meta.url))
const made = new Map<string, Promise<string>>()

/**
 * A TypeScript program of the tests as JavaScript: from its sources a start is up to 3 s of processor, for each of its
 * hundreds of modules is found and translated anew; as one file it is a third of that. Made once for all who start it.
 * Its packages stay outside, and every source still says where it lies.
 */
export function bundled(program: string): Promise<string> {
  const there = made.get(program) ?? bundle(program)
  made.set(program, there)
  return there
}

async function bundle(program: string): Promise<string> {
  const folder = inject('programsFolder')
  await mkdir(folder, { recursive: true })
  const outdir = await mkdtemp(join(folder, 'program-'))
  const out = (source: string): string => join(outdir, `${basename(source, '.ts')}.mjs`)
  await build({
    entryPoints: [program, child],
    entryNames: '[name]',
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    plugins: [packagesOutside, renderProcesses(out(child)), ownPlaces],
  })
  return out(program)
}

/** A program that renders starts its processes from a bundle as well. */
const renderProcesses = (entry: string): Plugin => ({
  name: 'render processes',
  setup({ onLoad }) {
    onLoad({ filter: /\/rendering\/child-entry\.ts$/ }, () => ({
      contents: `export const childEntry = new URL(${JSON.stringify(pathToFileURL(entry).href)})`,
    }))
  },
})

const ownPlaces: Plugin = {
  name: 'own places',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }))
  },
}
