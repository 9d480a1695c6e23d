/**
 * Runs the acceptance suite, unchanged, against the service in each of its shapes:
 *
 *   run-acceptance [embedded] [real] [split] [-- arguments for vitest]
 *
 * Ends with one line a topology; fails when one of them fails.
 */
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTopology, type TopologyName, topologyMissing, topologyNames } from './topology.ts'

const root = join(import.meta.dirname, '../../..')
const words = process.argv.slice(2)
const cut = words.indexOf('--')
const asked = cut === -1 ? words : words.slice(0, cut)
const more = cut === -1 ? [] : words.slice(cut + 1)
const unknown = asked.filter((word) => !topologyNames.includes(word as TopologyName))
if (unknown.length > 0) throw new Error(`no such topology: ${unknown.join(', ')}`)

const say = (text: string): void => void process.stdout.write(`${text}\n`)

function suite(url: string): Promise<number> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'acceptance', ...more], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ACCEPTANCE_URL: url },
  })
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

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
  const topology = await startTopology(name)
  say(`\n=== ${name}: ready after ${Date.now() - began} ms`)
  const code = await suite(topology.url)
  const all = Object.values(topology.processes).flat()
  if (code !== 0) for (const one of all) say(`--- ${one.name}\n${one.output().slice(-4_000)}`)
  await topology.stop()
  results.push(`${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - began) / 1000)} s`)
  if (code !== 0) process.exitCode = 1
}
say(`\n${results.join('\n')}`)
