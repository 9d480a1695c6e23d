import { tryProvider } from '../../auth/index.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import type { Config } from '../../roles/config.ts'
import { type Check, Fault } from './check.ts'

/** Asks each OpenID provider how to sign in by it, as a sign-in does. */
export function* checkProviders({ auth, server }: Config): Generator<Check> {
  for (const { id, name, issuer } of auth.providers) {
    yield {
      name: `sign-in by ${name}`,
      async look() {
        if (server.publicUrl === undefined) {
          throw new Fault(
            'PUBLIC_URL is not set',
            'Browsers come back to it: set it, and register the redirect URI.',
          )
        }
        const returnUrl = `${server.publicUrl}/sign-in/${id}`
        const host = await tryProvider(auth, id, server.publicUrl, createLogger('silent')).catch(
          (cause: Error & { cause?: unknown }) => {
            const why = cause.cause instanceof Error ? cause.cause.message : cause.message
            throw new Fault(
              `${issuer} does not say how to sign in (${why})`,
              'Is the issuer written as the provider writes it, its certificate trusted, and a private address in its "addresses"?',
            )
          },
        )
        return `${host} asks for the password; the redirect URI to be registered there is ${returnUrl}`
      },
    }
  }
}
