/**
 * Runs the acceptance suite, unchanged, against the service in each of its shapes:
 *
 *   run-acceptance [embedded] [real] [split] [-- arguments for vitest]
 *
 * Ends with one line a topology; fails when one of them fails.
 */
import { appendFileSync } from 'node:fs'
import { runTests } from '../../../scripts/run-tests.ts'
import { startTopology, type TopologyName, topologyMissing, topologyNames } from './topology.ts'

const words = process.argv.slice(2)
const cut = words.indexOf('--')
const asked = cut === -1 ? words : words.slice(0, cut)
const more = cut === -1 ? [] : words.slice(cut + 1)
const unknown = asked.filter((word) => !topologyNames.includes(word as TopologyName))
if (unknown.length > 0) throw new Error(`no such topology: ${unknown.join(', ')}`)

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** For CI, which adds up what the runs of vitest write there. */
function noteSkipped(what: string): void {
  const file = process.env.TEST_SUMMARY_FILE
  if (file !== undefined)
    appendFileSync(file, `${JSON.stringify({ passed: 0, failed: [], unsteady: [], skipped: [what] })}\n`)
}

const results: string[] = []
for (const name of asked.length > 0 ? (asked as TopologyName[]) : topologyNames) {
  const missing = topologyMissing(name)
  if (missing !== undefined) {
    results.push(`${name}: skipped, ${missing}`)
    noteSkipped(`the acceptance suite on the topology ${name} (${missing})`)
    continue
  }
  const began = Date.now()
  // What is tried again finds a topology that no test has been at.
  const passed = await runTests(['--project', 'acceptance', ...more], async (run) => {
    const starting = Date.now()
    const topology = await startTopology(name)
    say(`\n=== ${name}: ready after ${Date.now() - starting} ms`)
    const all = Object.values(topology.processes).flat()
    if (!(await run({ ACCEPTANCE_URL: topology.url }))) {
      for (const one of all) say(`--- ${one.name}\n${one.output().slice(-4_000)}`)
    }
    await topology.stop()
  })
  results.push(`${name}: ${passed ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - began) / 1000)} s`)
  if (!passed) process.exitCode = 1
}
say(`\n${results.join('\n')}`)
