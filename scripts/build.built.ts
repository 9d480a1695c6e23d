// @module-tag slow/commands
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const build = () =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'build.ts')], {
    cwd: root,
  })

it('the page is built for whoever uses it, whatever the one who builds it is about to do', async () => {
  // As tests leave it: here it is `test`.
  expect(process.env.NODE_ENV).not.toBe('production')
  const folder = await mkdtemp(join(tmpdir(), 'rendition-page-'))
  try {
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    const words = [vite, 'build', '--logLevel', 'warn', '--outDir', folder, '--emptyOutDir']
    await promisify(execFile)(process.execPath, words, { cwd: join(root, 'web') })
    const scripts = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(10)
    for (const name of scripts) {
      const text = await readFile(join(folder, 'assets', name), 'utf8')
      expect(text.includes('React DevTools for a better development experience'), name).toBe(false)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('a build after a build says what there is, and that nothing of it changed', async () => {
  // The one before may have been on other sources.
  await build()
  const { stdout } = await build()
  const lines = stdout.trim().split('\n')
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line).toMatch(/^build: [\w, ]+ … nothing changed$/)
})
