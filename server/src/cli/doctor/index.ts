import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, type Environment } from '../../platform/config/load.ts'
import type { Config } from '../../roles/config.ts'
import type { Command, Terminal } from '../command.ts'
import { readConfig } from '../environment.ts'
import { type Check, Fault, Note } from './check.ts'
import { checkDirect } from './direct.ts'
import { machineChecks } from './machine.ts'
import { otherNameChecks } from './other-names.ts'
import { checkDataFolder, checkParts } from './parts.ts'
import { checkProviders } from './providers.ts'
import { checkPurges } from './purges.ts'
import { checkRendering } from './rendering.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'Checks the configuration, each part and a test picture, and says what to do.',
  options: {},
  examples: ['rendition doctor', 'DATABASE_URL=postgres://… rendition doctor'],
  async run({ environment, terminal }) {
    const config = configOf(environment, terminal)
    if (config === null) return 78
    const report = reporter(terminal)
    // Embedded parts are tried in a folder of their own when the real one is in use or not made yet.
    const spare = await mkdtemp(join(tmpdir(), 'rendition-doctor-'))
    try {
      for (const check of otherNameChecks(environment)) await report.run(check)
      for (const check of machineChecks(config)) await report.run(check)
      await report.run(checkDataFolder(config))
      for (const check of checkParts(config, spare)) await report.run(check)
      for (const check of checkDirect(config, spare)) await report.run(check)
      for (const check of checkPurges(config)) await report.run(check)
      for (const check of checkProviders(config)) await report.run(check)
      await report.run(checkRendering(config))
    } finally {
      await rm(spare, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    }
    return report.end()
  },
}

function configOf(environment: Environment, terminal: Terminal): Config | null {
  try {
    const config = readConfig(environment)
    terminal.out('ok    configuration')
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const { variable, message } of error.faults) terminal.out(`FAIL  ${variable}: ${message}`)
    terminal.out('      Every variable is described in docs/config.md.')
    return null
  }
}

interface Reporter {
  run(check: Check): Promise<void>
  /** Says the outcome and gives the exit code. */
  end(): number
}

function reporter(terminal: Terminal): Reporter {
  let failed = 0
  let noted = 0
  return {
    async run({ name, advice, look }) {
      const began = performance.now()
      try {
        const found = await look()
        const seconds = ((performance.now() - began) / 1000).toFixed(1)
        terminal.out(`ok    ${name}: ${found}${seconds === '0.0' ? '' : ` (${seconds} s)`}`)
      } catch (error) {
        const note = error instanceof Note
        if (note) noted += 1
        else failed += 1
        terminal.out(`${note ? 'note ' : 'FAIL '} ${name}: ${(error as Error).message}`)
        const said = (error instanceof Fault || note ? error.advice : undefined) ?? advice
        if (said !== undefined && said !== '') terminal.out(`      ${said}`)
      }
    },
    end() {
      const notes = noted === 0 ? '' : `, ${noted} to know about`
      terminal.out('')
      terminal.out(failed === 0 ? `All is well${notes}.` : `${failed} to mend${notes}.`)
      return failed === 0 ? 0 : 1
    },
  }
}
