import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const digest = (algorithm: string, bytes: string | Uint8Array, encoding: 'base64' | 'hex'): string =>
  createHash(algorithm).update(bytes).digest(encoding)

/** Tells the worker which files are this build, so that it keeps all of them or none. */
export function shellOfBuild(publicFolder: string): Plugin {
  return {
    name: 'shell-of-build',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const worker = bundle['worker.js']
        const page = bundle['index.html']
        if (worker?.type !== 'chunk' || page?.type !== 'asset') throw new Error('no worker.js or index.html')
        const sealed = (path: string, bytes: string | Uint8Array) => ({
          path,
          integrity: `sha256-${digest('sha256', bytes, 'base64')}`,
        })
        const files: { path: string; integrity?: string }[] = [sealed('/', page.source)]
        for (const name of (await readdir(publicFolder)).sort())
          files.push(sealed(`/${name}`, await readFile(join(publicFolder, name))))
        for (const name of Object.keys(bundle).sort())
          if (name.startsWith('assets/')) files.push({ path: `/${name}` })
        const build = digest('sha256', JSON.stringify(files), 'hex').slice(0, 12)
        if (!worker.code.includes('__SHELL__')) throw new Error('worker.js has no place for its files')
        worker.code = worker.code.replace('__SHELL__', () => JSON.stringify({ build, files }))
      },
    },
  }
}
