// @module-tag slow/commands
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('a build after a build says what there is, and that nothing of it changed', async () => {
  const build = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'build.ts')], {
      cwd: join(import.meta.dirname, '..'),
    })
  // The one before may have been on other sources.
  await build()
  const { stdout } = await build()
  const lines = stdout.trim().split('\n')
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line).toMatch(/^build: [\w, ]+ … nothing changed$/)
})
