/**
 * Runs vitest with these words and ends with the counts of the run. Where `CI` is set, files in which something failed
 * are run once more when all is over, by themselves and set up anew: what passes then counts as passed and is named,
 * what fails twice has failed. A test that is right only mostly is known, and stops nobody.
 */
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseCLI } from 'vitest/node'
import { makeTemporaryFolder } from './temporary-folder.ts'
import { endingOf, filesToTryAgain, summarise, type TestRecord } from './test-record.ts'

const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')

/** Who ends a run by them (Ctrl-C, a closed terminal) is not to find gigabytes of it in memory afterwards. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Sets up what a run needs, runs it with these variables, and clears away. */
export type Around = (run: (env?: Record<string, string>) => Promise<boolean>) => Promise<unknown>

/** Whether everything passed. `around` is asked for each of the runs. */
export async function runTests(
  words: readonly string[],
  around: Around = (run) => run(),
  cwd = process.cwd(),
): Promise<boolean> {
  const first = await recordOf(words, around, cwd)
  const again = process.env.CI === undefined ? [] : filesToTryAgain(first)
  let second: TestRecord | undefined
  if (again.length > 0) {
    console.log(`\nTried again, by themselves:\n${again.map((file) => `  ${file}`).join('\n')}`)
    const { filter } = parseCLI(['vitest', 'run', ...words])
    const options = words.filter((word) => !filter.includes(word))
    const files = again.map((file) => resolve(cwd, file))
    second = await recordOf([...options, '--no-file-parallelism', ...files], around, cwd)
  }
  console.log(endingOf(first, second))
  const { kinds, ...summary } = summarise(first, second)
  const file = process.env.TEST_SUMMARY_FILE
  if (file !== undefined) {
    // CI adds its other checks to these figures.
    appendFileSync(file, `${JSON.stringify({ ...summary, skipped: [...summary.skipped, ...kinds] })}\n`)
  }
  return summary.failed.length === 0 && summary.passed > 0
}

async function recordOf(words: readonly string[], around: Around, cwd: string): Promise<TestRecord> {
  const folder = await makeTemporaryFolder()
  const file = join(folder, 'record.json')
  const usual = process.env.TMPDIR
  // For what is set up around the run as well.
  process.env.TMPDIR = folder
  const stop = new AbortController()
  const end = (signal: NodeJS.Signals): void => stop.abort(signal)
  // Once: whoever says it again does not want to wait.
  for (const signal of endings) process.once(signal, end)
  let code: number | null = 0
  try {
    await around(async (env) => {
      code = await run(words, { ...process.env, ...env, TEST_RECORD_FILE: file }, cwd, stop.signal)
      return code === 0
    })
    const record = JSON.parse(await readFile(file, 'utf8')) as TestRecord
    // The runner may break without telling any reporter.
    const silent = code !== 0 && summarise(record).failed.length === 0
    return silent ? { ...record, outside: [`vitest ended with ${code}`] } : record
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const outside = [`no run of the tests, vitest ended with ${code}: ${reason}`]
    return { files: [], outside, kinds: [], left: 0 }
  } finally {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
    await rm(folder, { recursive: true, force: true })
    for (const signal of endings) process.off(signal, end)
    // As if nobody had listened: nothing is tried again or run after it.
    if (stop.signal.aborted) process.kill(process.pid, stop.signal.reason as NodeJS.Signals)
  }
}

function run(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  stop: AbortSignal,
): Promise<number | null> {
  if (stop.aborted) return Promise.resolve(null)
  const child = spawn(process.execPath, [vitest, 'run', ...words], { cwd, stdio: 'inherit', env })
  const end = (): void => void child.kill('SIGTERM')
  stop.addEventListener('abort', end)
  return new Promise((resolve) => {
    child.once('close', (code) => {
      stop.removeEventListener('abort', end)
      resolve(code)
    })
  })
}

if (process.argv[1] === import.meta.filename && !(await runTests(process.argv.slice(2)))) process.exitCode = 1
