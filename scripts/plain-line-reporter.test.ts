import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  // Below the project, so that vitest is found.
  folder = await mkdtemp(join(root, 'node_modules/.reporter-'))
  const config = {
    root: folder,
    include: ['*.test.ts'],
    reporters: [join(root, 'scripts/plain-line-reporter.ts')],
    tags: [{ name: 'slow/kills', description: 'services killed' }, { name: 'slow/load' }],
  }
  await writeFile(join(folder, 'vitest.config.ts'), `export default { test: ${JSON.stringify(config)} }`)
  const start = "import { it } from 'vitest'\n"
  await writeFile(
    join(folder, 'quick.test.ts'),
    `${start}it('one', () => {})\nit('two', () => {})\nit.skip('no server', () => {})\nit('long', { tags: 'slow/load' }, () => {})`,
  )
  await writeFile(
    join(folder, 'kills.test.ts'),
    `// @module-tag slow/kills\n${start}it('first', () => {})\nit('second', () => { throw new Error('broken') })`,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The lines that a run ends with, and its exit code. */
async function ending(...words: string[]): Promise<{ lines: string[]; code: number }> {
  const { VITEST: _, TEST_RECORD_FILE: __, ...env } = process.env
  const { stdout, code } = await run(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      join(folder, 'vitest.config.ts'),
      ...words,
    ],
    { cwd: folder, env },
  ).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  return { lines: stdout.trim().split('\n'), code }
}

const load = 'slow/load: 1 test in 1 file (npm run test:all -- --tags-filter slow/load)'
const kills = 'services killed: 2 tests in 1 file (npm run test:all -- --tags-filter slow/kills)'
const title = 'Kinds that were not run; npm run test:slow runs the slow ones, npm run test:all everything:'

describe('the last lines of a run', () => {
  it('list the kinds that were left out, count their tests as skipped, and how to run them', async () => {
    const { lines, code } = await ending('--tags-filter', '!slow/*')
    expect(lines.slice(-8)).toEqual([
      'Skipped:',
      '  quick.test.ts: no server',
      '',
      title,
      `  ${kills}`,
      `  ${load}`,
      '',
      '2 passed, 0 failed, 4 skipped',
    ])
    expect(code).toBe(0)
  })

  it('count everything when nothing is left out, and fail', async () => {
    const { lines, code } = await ending()
    expect(lines).not.toContain(title)
    expect(lines.slice(-7)).toEqual([
      'Failed:',
      '  kills.test.ts: second: broken',
      '',
      'Skipped:',
      '  quick.test.ts: no server',
      '',
      '4 passed, 1 failed, 1 skipped',
    ])
    expect(code).toBe(1)
  })

  it('name the others when only slow kinds are run', async () => {
    const { lines, code } = await ending('--tags-filter', 'slow/load')
    expect(lines.slice(-5)).toEqual([
      title,
      '  everything else: 3 tests in 1 file (npm test)',
      `  ${kills}`,
      '',
      '1 passed, 0 failed, 5 skipped',
    ])
    expect(code).toBe(0)
  })

  it('fail when no test passed', async () => {
    const { lines, code } = await ending('--testNamePattern', 'nothing is called so')
    expect(lines.at(-1)).toBe('0 passed, 0 failed, 6 skipped')
    expect(code).toBe(1)
  })
})
