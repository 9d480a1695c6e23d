import { type ErrorCode, Failure } from '@rendition/contract'
import fastify from 'fastify'
import { expect, it } from 'vitest'
import { sendProblem } from './problems.ts'

const path = '/api/uploads/019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'
const guests = `/api/shared/token/uploads/019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37`

it.each([
  ['HEAD', path, 'unavailable', 423],
  ['HEAD', guests, 'unavailable', 423],
  ['HEAD', `${path}?a=b`, 'internal', 423],
  ['HEAD', path, 'rate_limited', 423],
  ['HEAD', path, 'token_expired', 401],
  ['HEAD', path, 'not_found', 404],
  ['HEAD', path, 'upload_expired', 410],
  ['PATCH', path, 'unavailable', 503],
  ['HEAD', '/api/uploads', 'unavailable', 503],
  ['HEAD', '/api/images/1', 'unavailable', 503],
] as const)('%s %s that fails with %s is %i', async (method, url, code: ErrorCode, status) => {
  const app = fastify({ logger: false })
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  app.all('/*', () => {
    throw new Failure(code, undefined, { retryAfter: 7 })
  })
  const answer = await app.inject({ method, url })
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, '7'])
  await app.close()
})
