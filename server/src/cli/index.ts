import { ConfigError, type Environment } from '../platform/config/load.ts'
import { serve } from './serve.ts'

/** Runs one command of the command line; gives the exit code. */
export async function runCli(args: readonly string[], environment: Environment): Promise<number> {
  try {
    if (args[0] === 'serve') return await serve(environment)
    console.error('Usage: rendition serve')
    return 2
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return error instanceof ConfigError ? 78 : 1
  }
}
