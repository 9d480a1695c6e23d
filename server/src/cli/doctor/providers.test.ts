import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../platform/config/load.ts'
import { configSchema } from '../../roles/config.ts'
import { checkProviders } from './providers.ts'

/** As much of a provider as is asked before anybody signs in. */
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(
    JSON.stringify({ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` }),
  )
})
let issuer = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function look(more: object, env: Record<string, string> = { PUBLIC_URL: 'https://pictures.test' }) {
  const provider = { id: 'home', name: 'Home', issuer, clientId: 'rendition', plainHttp: true, ...more }
  const config = loadConfig(configSchema, { OIDC_PROVIDERS: JSON.stringify([provider]), ...env }, () => '')
  const [check] = [...checkProviders(config)]
  return check?.look()
}

it('says where an OpenID provider asks for the password, and what is to be registered there', async () => {
  const found = await look({ addresses: ['127.0.0.0/8'] })
  expect(found).toContain(new URL(issuer).host)
  expect(found).toContain('https://pictures.test/sign-in/home')
})

it('says why a provider cannot be asked', async () => {
  await expect(look({})).rejects.toThrow('does not say how to sign in')
  await expect(look({ addresses: ['127.0.0.0/8'], issuer: `${issuer}/other` })).rejects.toThrow(
    'does not say how to sign in',
  )
  await expect(look({}, {})).rejects.toThrow('PUBLIC_URL is not set')
})
