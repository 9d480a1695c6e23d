import { appendFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'

/**
 * Ends the run with what failed, what passed only at a second try, what was skipped and why, and one plain line: `N passed, N failed, N skipped`.
 * A file or a group that broke before its tests could run counts as a failure, and so does an error outside of any
 * test; otherwise a run without a single passed test could call itself clean. Slow kinds that a run leaves out by their
 * tag are skipped tests as well: they are listed by kind, with the command that runs them.
 */
export default class PlainLineReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const skipped: string[] = []
    const broken: string[] = errors.map((error) => `outside of any test: ${firstLine(error)}`)
    const left = new Map<string, { tests: number; files: Set<string> }>()
    const unsteady: string[] = []
    let passed = 0
    for (const module of modules) {
      broken.push(...module.errors().map((error) => `${module.relativeModuleId}: ${firstLine(error)}`))
      for (const suite of module.children.allSuites()) broken.push(...brokenBy(suite))
      for (const test of module.children.allTests()) {
        const { state, errors: reasons } = test.result()
        const kind = this.#leftOut(test)
        if (test.diagnostic()?.flaky) unsteady.push(nameOf(test))
        if (state === 'passed') passed += 1
        else if (state === 'failed') broken.push(`${nameOf(test)}: ${firstLine(reasons?.[0])}`)
        else if (kind === undefined) skipped.push(nameOf(test))
        else {
          const all = left.get(kind) ?? { tests: 0, files: new Set() }
          all.tests += 1
          left.set(kind, { ...all, files: all.files.add(module.moduleId) })
        }
      }
    }
    const kinds = [...left].sort().map(([kind, { tests, files }]) => this.#lineOf(kind, tests, files.size))
    const leftTests = [...left.values()].reduce((sum, { tests }) => sum + tests, 0)
    const failed = broken.length
    const lines = [
      ...listOf('Failed:', broken),
      ...listOf('Passed only when tried again:', unsteady),
      ...listOf('Skipped:', skipped),
      ...listOf(
        'Kinds that were not run; npm run test:slow runs the slow ones, npm run test:all everything:',
        kinds,
      ),
      '',
      `${passed} passed, ${failed} failed, ${skipped.length + leftTests} skipped`,
    ]
    console.log(lines.join('\n'))
    // CI adds its other checks to these figures.
    const file = process.env.TEST_SUMMARY_FILE
    if (file !== undefined) {
      appendFileSync(
        file,
        `${JSON.stringify({ passed, failed: broken, unsteady, skipped: [...skipped, ...kinds] })}\n`,
      )
    }
    if (failed > 0 || passed === 0) process.exitCode = 1
  }

  /** The kind of a test that the run was not asked for. */
  #leftOut(test: TestCase): string | undefined {
    const filter = this.#vitest?.config.tagsFilter ?? []
    if (filter.every((expression) => admits(expression, test.tags))) return undefined
    return test.tags.find((tag) => tag.startsWith('slow/')) ?? quick
  }

  #lineOf(kind: string, tests: number, files: number): string {
    const counts = `${tests} ${tests === 1 ? 'test' : 'tests'} in ${files} ${files === 1 ? 'file' : 'files'}`
    if (kind === quick) return `everything else: ${counts} (npm test)`
    const description = this.#vitest?.config.tags.find(({ name }) => name === kind)?.description
    return `${description ?? kind}: ${counts} (npm run test:all -- --tags-filter ${kind})`
  }
}

const quick = ''

/** Of the expressions of vitest the simple ones: `kind`, `!kind`, with `*` for anything. Others are taken as true. */
function admits(expression: string, tags: readonly string[]): boolean {
  const [, not, kind] = /^(!?)([\w*/-]+)$/.exec(expression.trim()) ?? []
  if (kind === undefined) return true
  const pattern = new RegExp(`^${kind.replaceAll('*', '.*')}$`)
  return tags.some((tag) => pattern.test(tag)) !== (not === '!')
}

const listOf = (title: string, entries: readonly string[]): string[] =>
  entries.length === 0 ? [] : ['', title, ...entries.map((entry) => `  ${entry}`)]

/** A `beforeAll` that throws leaves its tests skipped, not failed. */
const brokenBy = (suite: TestSuite): string[] =>
  suite.errors().map((error) => `${suite.module.relativeModuleId}: ${suite.fullName}: ${firstLine(error)}`)

/** Enough to know the failure where a log is cut: the rest stands above. */
const firstLine = (error: Pick<SerializedError, 'message'> | undefined): string =>
  (error?.message.split('\n', 1)[0] ?? 'no reason given').slice(0, 200)

function nameOf(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
  return `${test.module.relativeModuleId}: ${test.fullName}${reason}`
}
