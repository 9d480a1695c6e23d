// @module-tag slow/commands
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
let folder: string

beforeEach(async () => {
  // Below the project, so that vitest is found.
  folder = await mkdtemp(join(root, 'node_modules/.run-tests-'))
  const config = { include: ['*.test.ts'], reporters: [join(root, 'scripts/plain-line-reporter.ts')] }
  await writeFile(join(folder, 'vitest.config.ts'), `export default { test: ${JSON.stringify(config)} }`)
  const start = `import { existsSync, writeFileSync } from 'node:fs'\nimport { expect, it } from 'vitest'\n`
  // The second test needs what the first left, so that nothing but the whole file can be tried again.
  await writeFile(
    join(folder, 'unsteady.test.ts'),
    `${start}let state = 0
it('counts', () => { state += 1 })
it('fails the first time', () => {
  const seen = existsSync('seen')
  writeFileSync('seen', '')
  expect(state).toBe(1)
  expect(seen).toBe(true)
})`,
  )
  await writeFile(join(folder, 'steady.test.ts'), `${start}it('passes', () => {})`)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function ending(ci: boolean): Promise<{ text: string; code: number; noted: unknown }> {
  const { VITEST: _, TEST_RECORD_FILE: __, CI: ___, ...env } = process.env
  const summary = join(folder, 'summary')
  const { stdout, code } = await run(
    process.execPath,
    ['--import', 'tsx', join(root, 'scripts/run-tests.ts'), '--root', folder, 'steady'],
    {
      cwd: folder,
      env: { ...env, ...(ci ? { CI: 'true' } : {}), TEST_SUMMARY_FILE: summary },
    },
  ).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  return { text: stdout.trim(), code, noted: JSON.parse(await readFile(summary, 'utf8')) }
}

// Each starts vitest up to three times: seconds alone, a minute where six others do the same.
const slowly = { timeout: 240_000 }

it('tries a file in which a test failed again as a whole, by itself, in CI', slowly, async () => {
  const { text, code, noted } = await ending(true)
  const unsteady = 'unsteady.test.ts: fails the first time: expected false to be true // Object.is equality'
  expect(text).toContain('Tried again, by themselves:\n  unsteady.test.ts\n')
  expect(text.endsWith(`Passed only when tried again:\n  ${unsteady}\n\n3 passed, 0 failed, 0 skipped`)).toBe(
    true,
  )
  expect(code).toBe(0)
  expect(noted).toEqual({ passed: 3, failed: [], unsteady: [unsteady], skipped: [] })
})

it('fails where a test fails twice, and at once where nobody waits for a verdict', slowly, async () => {
  await writeFile(
    join(folder, 'steady.test.ts'),
    `import { it } from 'vitest'\nit('breaks', () => { throw new Error('broken') })`,
  )
  const failed = 'steady.test.ts: breaks: broken'
  expect(await ending(true)).toMatchObject({ code: 1, noted: { passed: 2, failed: [failed] } })
  await rm(join(folder, 'seen'))
  await rm(join(folder, 'summary'))
  const { text, code, noted } = await ending(false)
  expect(text).not.toContain('Tried again')
  expect(code).toBe(1)
  expect(noted).toMatchObject({
    passed: 1,
    failed: expect.arrayContaining([failed, expect.stringContaining('fails the first time')]),
  })
})

it('tests write to a folder of their own, which goes with the run', slowly, async () => {
  await writeFile(
    join(folder, 'steady.test.ts'),
    `import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
it('writes', () => {
  writeFileSync(join(tmpdir(), 'left'), '')
  writeFileSync('where', tmpdir())
})`,
  )
  await ending(false)
  const where = await readFile(join(folder, 'where'), 'utf8')
  expect(where).toMatch(/\/rt-\w+$/)
  expect(existsSync(where)).toBe(false)
})

it.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'the folder goes with a run that is ended by %s',
  slowly,
  async (signal) => {
    await rm(join(folder, 'unsteady.test.ts'))
    await writeFile(
      join(folder, 'steady.test.ts'),
      `import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { it } from 'vitest'
it('goes on', async () => {
  writeFileSync('where', tmpdir())
  await new Promise(() => {})
}, 240_000)`,
    )
    const { VITEST: _, TEST_RECORD_FILE: __, ...env } = process.env
    // A group of its own, all of which a terminal tells.
    const running = spawn(
      process.execPath,
      ['--import', 'tsx', join(root, 'scripts/run-tests.ts'), '--root', folder],
      { cwd: folder, env, detached: true, stdio: 'ignore' },
    )
    const ended = once(running, 'close')
    const where = () => readFile(join(folder, 'where'), 'utf8').catch(() => '')
    await expect.poll(where, { timeout: 120_000 }).not.toBe('')
    process.kill(-(running.pid ?? 0), signal)
    expect(await ended).toEqual([null, signal])
    expect(existsSync(await where())).toBe(false)
  },
)
