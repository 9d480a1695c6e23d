import { jwksSchema } from '@rendition/contract'
import type { App } from '../platform/http/app.ts'
import { registerAccountRoutes } from './routes/account-routes.ts'
import { registerAdminRoutes } from './routes/admin-routes.ts'
import { registerSessionRoutes } from './routes/session-routes.ts'
import { anybody, noStore } from './routes/shared.ts'
import type { Auth } from './types.ts'

/** `/api/auth/*`, `/api/admin/*` and the public keys. */
export async function registerAuth(app: App, auth: Auth): Promise<void> {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        tags: ['auth'],
        summary: 'Public keys of access tokens',
        security: anybody,
        description: 'A JSON Web Key Set. Look again when a token names a key that is not in it.',
        response: { 200: jwksSchema },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300')
      return auth.publicKeys
    },
  )
  // A scope of their own, for the hook.
  await app.register(async (scope) => {
    const inner = scope as unknown as App
    inner.addHook('onRequest', noStore)
    registerSessionRoutes(inner, auth)
    registerAccountRoutes(inner, auth)
    registerAdminRoutes(inner, auth)
  })
}
