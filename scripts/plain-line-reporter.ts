import { appendFileSync } from 'node:fs'
import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'

/**
 * Ends the run with what was skipped and why, and one plain line: `N passed, N failed, N skipped`.
 * A file or a group that broke before its tests could run counts as a failure, and so does an error outside of any
 * test; otherwise a run without a single passed test could call itself clean.
 */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const skipped: string[] = []
    let passed = 0
    let failed = errors.length
    for (const module of modules) {
      failed += module.errors().length
      for (const suite of module.children.allSuites()) failed += brokenBy(suite)
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed += 1
        else if (state === 'failed') failed += 1
        else skipped.push(nameOf(test))
      }
    }
    const lines = [
      ...(skipped.length === 0 ? [] : ['', 'Skipped:', ...skipped.map((name) => `  ${name}`)]),
      '',
      `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
    ]
    console.log(lines.join('\n'))
    // CI adds its other checks to these figures.
    const file = process.env.TEST_SUMMARY_FILE
    if (file !== undefined) {
      appendFileSync(file, `${JSON.stringify({ passed, failed, skipped })}\n`)
    }
    if (failed > 0 || passed === 0) process.exitCode = 1
  }
}

/** A `beforeAll` that throws leaves its tests skipped, not failed. */
const brokenBy = (suite: TestSuite): number => suite.errors().length

function nameOf(test: TestCase): string {
  const result = test.result()
  const reason = result.state === 'skipped' && result.note !== undefined ? ` (${result.note})` : ''
  return `${test.module.relativeModuleId}: ${test.fullName}${reason}`
}
