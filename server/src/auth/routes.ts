import { jwksSchema } from '@rendition/contract'
import type { App } from '../platform/http/app.ts'
import { anyone } from '../platform/http/rights.ts'
import { registerAccountRoutes } from './routes/account-routes.ts'
import { registerAdminRoutes } from './routes/admin-routes.ts'
import { registerEmailRoutes } from './routes/email-routes.ts'
import { registerLinkRoutes } from './routes/link-routes.ts'
import { registerProviderRoutes } from './routes/provider-routes.ts'
import { registerSessionRoutes } from './routes/session-routes.ts'
import { registerTwoStepRoutes } from './routes/two-step-routes.ts'
import type { Auth } from './types.ts'

/** `/api/auth/*`, `/api/admin/*` and the public keys. */
export function registerAuth(app: App, auth: Auth): void {
  app.get(
    '/.well-known/jwks.json',
    {
      config: { limit: 'none', rights: anyone },
      schema: {
        tags: ['auth'],
        operationId: 'getPublicKeys',
        summary: 'Public keys of access tokens',
        description: 'A JSON Web Key Set. Look again when a token names a key that is not in it.',
        response: { 200: jwksSchema },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300')
      return auth.publicKeys
    },
  )
  registerSessionRoutes(app, auth)
  registerAccountRoutes(app, auth)
  registerTwoStepRoutes(app, auth)
  registerLinkRoutes(app, auth)
  registerEmailRoutes(app, auth)
  registerProviderRoutes(app, auth)
  registerAdminRoutes(app, auth)
}
