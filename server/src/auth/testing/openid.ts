import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import Provider from 'oidc-provider'

export const client = { clientId: 'rendition', clientSecret: 'a secret of forty characters, or some more' }

/** People of the provider, by what they are called there. */
export type People = Record<string, Record<string, unknown>>

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const closing = (server: Server) => async (): Promise<void> => {
  server.closeAllConnections()
  await new Promise<void>((resolve) => void server.close(() => resolve()))
}

export interface RealProvider {
  issuer: string
  /** Who signs in next; null for somebody who cancels. */
  next: { person: string | null }
  close(): Promise<void>
}

/** The library that others run as their provider, which asks nobody: whoever comes is `next`. */
export async function realProvider(people: People, redirectUri: string): Promise<RealProvider> {
  const next: RealProvider['next'] = { person: null }
  const server = createServer()
  const issuer = await listen(server)
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['of tests'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username', 'groups'],
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...people[accountId] }),
    }),
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') !== true) return answer(request, response)
    void interact(provider, next, request, response)
  })
  return { issuer, next, close: closing(server) }
}

async function interact(
  provider: Provider,
  next: RealProvider['next'],
  ...[request, response]: Parameters<Provider['interactionDetails']>
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (next.person === null) {
    return provider.interactionFinished(request, response, { error: 'access_denied' })
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: next.person } })
  }
  const grant = new provider.Grant({
    accountId: session?.accountId ?? '',
    clientId: String(params.client_id),
  })
  grant.addOIDCScope(String(params.scope))
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}

/** Follows a browser from the provider's address to where it sends it back; gives what stands behind the `?` there. */
export async function visitProvider(url: string, backTo: string): Promise<string> {
  const cookies = new Map<string, string>()
  let at = url
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    await answer.body?.cancel()
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`${at} answered ${answer.status} without a way on`)
    at = new URL(location, at).href
    if (at.startsWith(backTo)) return new URL(at).search.slice(1)
  }
  throw new Error('the provider sent nobody back')
}

export interface LyingProvider {
  issuer: string
  /** What its next ID token says, beside what is right; undefined leaves a claim out. */
  says: JWTPayload
  /** Signs with a key that it does not publish. */
  forges: boolean
  /** What its discovery says beside what is right. */
  discovery: Record<string, unknown>
  asked: string[]
  close(): Promise<void>
}

/** A provider that says whatever a test wishes: to the library's checks it looks like any other. */
export async function lyingProvider(): Promise<LyingProvider> {
  const [right, wrong] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ])
  const server = createServer()
  const issuer = await listen(server)
  const lying: LyingProvider = {
    issuer,
    says: {},
    forges: false,
    discovery: {},
    asked: [],
    close: closing(server),
  }
  const jwk = { ...(await exportJWK(right.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  server.on('request', async (request, response) => {
    lying.asked.push(request.url ?? '')
    const json = (body: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    if (request.url === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...lying.discovery,
      })
    }
    if (request.url === '/keys') return json({ keys: [jwk] })
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: client.clientId,
      sub: 'someone',
      iat: now,
      exp: now + 60,
      ...lying.says,
    }
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(lying.forges ? wrong.privateKey : right.privateKey)
    json({ access_token: 'x', token_type: 'bearer', id_token: token })
  })
  return lying
}
