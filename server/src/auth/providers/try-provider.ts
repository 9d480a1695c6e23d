import type { AuthConfig } from '../config.ts'
import type { AuthDeps } from '../deps.ts'
import { createProviders } from './providers.ts'

/** Asks a provider of the configuration where browsers are sent to; gives that address's host. Throws as a sign-in would. */
export async function tryProvider(
  config: AuthConfig,
  id: string,
  publicUrl: string,
  log: AuthDeps['log'],
): Promise<string> {
  const providers = createProviders({ config, log }, publicUrl)
  try {
    const { url } = await (await providers.get(id)).begin('doctor')
    return new URL(url).host
  } finally {
    await providers.close()
  }
}
