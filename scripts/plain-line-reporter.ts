import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from 'vitest/node'
import { endingOf, type FileRecord, summarise, type TestRecord } from './test-record.ts'

/**
 * Ends the run with what failed, what was skipped and why, and one plain line: `N passed, N failed, N skipped`.
 * A file or a group that broke before its tests could run counts as a failure, and so does an error outside of any
 * test; otherwise a run without a single passed test could call itself clean. Slow kinds that a run leaves out by their
 * tag are skipped tests as well: they are listed by kind, with the command that runs them. Where `run-tests.ts` started
 * the run, it says all this itself, of what is noted here in `TEST_RECORD_FILE`.
 */
export default class PlainLineReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const record = this.#record(modules, errors)
    const file = process.env.TEST_RECORD_FILE
    if (file !== undefined) {
      writeFileSync(file, JSON.stringify(record))
      return
    }
    console.log(endingOf(record))
    const { passed, failed } = summarise(record)
    if (failed.length > 0 || passed === 0) process.exitCode = 1
  }

  #record(modules: readonly TestModule[], errors: readonly SerializedError[]): TestRecord {
    const left = new Map<string, { tests: number; files: Set<string> }>()
    const files = modules.map((module): FileRecord => {
      const file = module.relativeModuleId
      const failed = module.errors().map((error) => ({ name: file, reason: firstLine(error) }))
      const skipped: string[] = []
      let passed = 0
      for (const suite of module.children.allSuites()) failed.push(...brokenBy(suite))
      for (const test of module.children.allTests()) {
        const { state, errors: reasons } = test.result()
        const kind = this.#leftOut(test)
        if (state === 'passed') passed += 1
        else if (state === 'failed') failed.push({ name: nameOf(test), reason: firstLine(reasons?.[0]) })
        else if (kind === undefined) skipped.push(nameOf(test))
        else {
          const all = left.get(kind) ?? { tests: 0, files: new Set() }
          all.tests += 1
          left.set(kind, { ...all, files: all.files.add(module.moduleId) })
        }
      }
      const loose = errors.filter((error) => this.#fileOf(error) === file)
      failed.push(
        ...loose.map((error) => ({ name: `${file}: outside of any test`, reason: firstLine(error) })),
      )
      return { file, passed, failed, skipped }
    })
    const known = new Set(files.map(({ file }) => file))
    return {
      files,
      outside: errors
        .filter((error) => !known.has(this.#fileOf(error) ?? ''))
        .map((error) => `outside of any test: ${firstLine(error)}`),
      kinds: [...left].sort().map(([kind, of]) => this.#lineOf(kind, of.tests, of.files.size)),
      left: [...left.values()].reduce((sum, { tests }) => sum + tests, 0),
    }
  }

  /** Where an error outside of any test came from, as far as vitest knows. */
  #fileOf(error: SerializedError): string | undefined {
    const path: unknown = error.VITEST_TEST_PATH
    return typeof path === 'string' ? relative(this.#vitest?.config.root ?? '', path) : undefined
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

/** A `beforeAll` that throws leaves its tests skipped, not failed. */
const brokenBy = (suite: TestSuite): { name: string; reason: string }[] =>
  suite.errors().map((error) => ({
    name: `${suite.module.relativeModuleId}: ${suite.fullName}`,
    reason: firstLine(error),
  }))

/** Enough to know the failure where a log is cut: the rest stands above. */
const firstLine = (error: Pick<SerializedError, 'message'> | undefined): string =>
  (error?.message.split('\n', 1)[0] ?? 'no reason given').slice(0, 200)

function nameOf(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
  return `${test.module.relativeModuleId}: ${test.fullName}${reason}`
}
