import { expect, it } from 'vitest'
import { loadConfig } from '../src/platform/config/load.ts'
import { createApp } from '../src/platform/http/app.ts'
import type { RouteLimit } from '../src/platform/http/limits.ts'
import { createLogger } from '../src/platform/telemetry/logger.ts'
import { configSchema } from '../src/roles/config.ts'
import { mountInert } from '../src/roles/openapi.ts'

/** What counts as anything but one request more. */
const others: Readonly<Record<string, RouteLimit>> = {
  'POST /api/admin/purges': 'jobs',
  'POST /api/auth/register': 'registrations',
  'POST /api/auth/login': 'logins',
  'POST /api/auth/login/two-step': 'logins',
  'POST /api/auth/password-reset': 'logins',
  'POST /api/auth/password-reset/confirm': 'logins',
  'POST /api/auth/invitations/accept': 'registrations',
  'POST /api/auth/refresh': 'refreshes',
  'POST /api/exports': 'jobs',
  'POST /api/images': 'uploads',
  'POST /api/images/upload': 'uploads',
  'POST /api/images/archive': 'uploads',
  'POST /api/images/import': 'uploads',
  'POST /api/images/:id/replace': 'uploads',
  'POST /api/images/bulk': 'jobs',
  'POST /api/shared/:token/images': 'uploads',
  'POST /api/shared/:token/uploads': 'uploads',
  'POST /api/uploads': 'uploads',
  'POST /api/uploads/direct': 'uploads',
  'OPTIONS /api/uploads': 'none',
  'OPTIONS /api/uploads/:id': 'none',
  'POST /api/images/:id/transform': 'jobs',
  'POST /api/images/:id/undo': 'jobs',
  'POST /api/images/:id/redo': 'jobs',
  'POST /api/images/:id/versions/:n/restore': 'jobs',
  'POST /api/jobs': 'jobs',
  'GET /images/:id': 'renders',
  'GET /api/JobStatus/:id': 'elsewhere',
  'GET /jobs': 'elsewhere',
  'GET /jobs/:id': 'elsewhere',
  'GET /thumbnails/:id': 'elsewhere',
  'POST /api/auth/providers/:id/start': 'logins',
  'POST /api/auth/providers/:id/finish': 'logins',
  'POST /api/auth/providers/:id/link': 'logins',
  'POST /api/auth/providers/:id/link/finish': 'logins',
  'POST /api/auth/sign-in-link': 'logins',
  'GET /.well-known/jwks.json': 'none',
  'GET /health': 'none',
  'GET /api/health': 'none',
  'GET /ready': 'none',
  'GET /metrics': 'none',
}

it('every route counts as what it costs', async () => {
  const app = createApp({
    log: createLogger('silent'),
    authenticate: async () => null,
    requestTimeoutMs: 0,
  })
  const found: Record<string, RouteLimit | undefined> = {}
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') found[`${one} ${url}`] = config?.limit
  })
  await mountInert(
    app,
    '0',
    loadConfig(configSchema, {}, () => ''),
  )
  await app.ready()
  await app.close()
  const different = Object.fromEntries(Object.entries(found).filter(([, limit]) => limit !== 'requests'))
  expect(different).toEqual(others)
  expect(Object.keys(found).length).toBeGreaterThan(50)
})
