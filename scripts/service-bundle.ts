import { rm } from 'node:fs/promises'
import { build, type Plugin } from 'esbuild'

/** What is started: the service, and the processes that it draws in. */
const entries = { main: 'server/src/main.ts', child: 'server/src/rendering/child.ts' }

/** Packages are found where they are installed, each with its own licence and version; ours are sources. */
export const packagesOutside: Plugin = {
  name: 'packages outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      path.startsWith('@rendition/') || kind === 'entry-point' ? undefined : { path, external: true },
    )
  },
}

/**
 * Writes the service as JavaScript: what a process loads at its start is one file, what it may need later a file each. As 680
 * modules a start took 1.67 s of processor, so 1.2 (docs/adr/0087). Types are judged by the compiler, elsewhere. The maps
 * hold no sources: `NODE_OPTIONS=--enable-source-maps` names file and line.
 */
export async function bundleService(root: string, folder: string): Promise<void> {
  // Names of what is loaded later change with what is in it.
  await rm(folder, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [packagesOutside],
  })
}
