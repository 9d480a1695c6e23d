import { Failure } from '@rendition/contract'
import * as openid from 'openid-client'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { ProviderConfig } from '../provider-config.ts'
import { lacks, type Person, personOf } from './claims.ts'

/** What one sign-in has for itself: kept here while the browser is at the provider. */
export interface Secrets {
  verifier: string
  nonce: string
}

/** An OpenID provider: where it is sent to, and what its answer is worth. */
export interface Provider {
  config: ProviderConfig
  /** Where a browser is sent to sign in. Throws `unavailable` where the provider cannot be asked how. */
  begin(state: string): Promise<{ url: string; secrets: Secrets }>
  /** Who signed in. Throws `sign_in_refused`, `unavailable`. */
  redeem(answer: string, state: string, secrets: Secrets): Promise<Person>
}

interface ProviderParts {
  config: ProviderConfig
  publicUrl: string
  /** By the guard of addresses. */
  fetch: openid.CustomFetch
  log: Logger
}

const timeoutSeconds = 15
const clockToleranceSeconds = 30
/** Then its addresses and keys are looked up anew. */
const knownForMs = 3_600_000

export function createProvider({ config, publicUrl, fetch, log }: ProviderParts): Provider {
  const returnUrl = `${publicUrl}/sign-in/${config.id}`
  const { id: provider, name } = config
  const discover = createDiscovery(config, fetch)

  /** Never the answer itself, which holds tokens and what they say about a person. */
  const tell = (err: unknown, what: string): void => {
    const { name, code, message, error } = err as {
      name?: string
      code?: string
      message?: string
      error?: string
    }
    log.warn({ provider, err: { name, code, message, error } }, what)
  }
  const known = async (): Promise<openid.Configuration> => {
    try {
      return await discover()
    } catch (err) {
      log.error({ provider, err: causeOf(err) }, 'an OpenID provider could not be discovered')
      throw unreachable(name, err)
    }
  }

  return {
    config,
    async begin(state) {
      const configuration = await known()
      const secrets = { verifier: openid.randomPKCECodeVerifier(), nonce: openid.randomNonce() }
      const url = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: returnUrl,
        scope: config.scopes.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(secrets.verifier),
        code_challenge_method: 'S256',
        state,
        nonce: secrets.nonce,
      })
      return { url: url.href, secrets }
    },
    async redeem(answer, state, { verifier, nonce }) {
      const configuration = await known()
      try {
        const tokens = await openid.authorizationCodeGrant(configuration, new URL(`${returnUrl}?${answer}`), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (claims === undefined) throw new Error('the provider sent no ID token')
        const asks = lacks(claims, config) && configuration.serverMetadata().userinfo_endpoint !== undefined
        const more: openid.UserInfoResponse | Record<string, never> = asks
          ? await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : {}
        // The address and whether it is proven are of one source: one may not vouch for the other's.
        const { email, email_verified } = claims.email === undefined ? more : claims
        const person = personOf({ ...more, ...claims, email, email_verified }, config)
        if (person === null) throw new Error('the ID token names nobody')
        return person
      } catch (err) {
        const failure = causeOf(err)
        if (failure instanceof Failure) {
          log.error({ provider, err: failure }, 'an OpenID provider could not be asked')
          throw unreachable(name, err)
        }
        tell(err, 'an OpenID provider signed nobody in')
        throw refusalOf(name, err)
      }
    },
  }
}

function createDiscovery(config: ProviderConfig, fetch: openid.CustomFetch) {
  let known: Promise<openid.Configuration> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  const ask = (): Promise<openid.Configuration> => {
    const { clientSecret: secret, clientAuth } = config
    const method = clientAuth === 'basic' ? openid.ClientSecretBasic : openid.ClientSecretPost
    return openid.discovery(
      new URL(config.issuer),
      config.clientId,
      { [openid.clockTolerance]: clockToleranceSeconds },
      secret === undefined ? openid.None() : method(secret),
      {
        [openid.customFetch]: fetch,
        timeout: timeoutSeconds,
        execute: [
          // The signature of the ID token too, although it comes by TLS from the provider itself.
          openid.enableNonRepudiationChecks,
          ...(config.plainHttp ? [openid.allowInsecureRequests] : []),
        ],
      },
    )
  }
  return (): Promise<openid.Configuration> => {
    if (known !== undefined && performance.now() - askedAt < knownForMs) return known
    askedAt = performance.now()
    const asked = ask()
    known = asked
    asked.catch(() => {
      if (known === asked) known = undefined
    })
    return asked
  }
}

/** The failure of ours that the library was given, or what it says itself. */
function causeOf(err: unknown): unknown {
  for (let at: unknown = err; at instanceof Error; at = at.cause) if (at instanceof Failure) return at
  return err
}

const unreachable = (name: string, cause: unknown): Failure =>
  new Failure(
    'unavailable',
    `${name} cannot be reached from here just now. Try again in a minute; if it goes on, tell whoever runs this installation.`,
    { retryAfter: 30, cause },
  )

function refusalOf(name: string, cause: unknown): Failure {
  if (cause instanceof openid.AuthorizationResponseError) {
    const said =
      cause.error === 'access_denied' ? 'it was cancelled, or you may not use it here' : known(cause.error)
    return new Failure('sign_in_refused', `${name} did not sign you in: ${said}.`, { cause })
  }
  if (cause instanceof openid.ResponseBodyError) {
    const detail = `${name} did not confirm the sign-in (${known(cause.error)}). Begin anew.`
    return new Failure('sign_in_refused', detail, { cause })
  }
  const detail = `What ${name} answered cannot be trusted. Begin anew; if it goes on, tell whoever runs this installation.`
  return new Failure('sign_in_refused', detail, { cause })
}

/** Codes of the protocol, and nothing that somebody wrote into an address. */
const known = (code: string): string => (/^[a-z_]{1,50}$/.test(code) ? code : 'an error')
