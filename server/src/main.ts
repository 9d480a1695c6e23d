import { runCli, withEnvFile } from './cli/index.ts'

/** The entry: the only place that reads the environment and ends the process. */
process.exitCode = await runCli(
  process.argv.slice(2),
  withEnvFile(withEnvFile(process.env, '.env.local'), '.env'),
)
