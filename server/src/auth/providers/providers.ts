import { Failure, type Provider as ProviderView } from '@rendition/contract'
import { createOutbound } from '../../platform/http/outbound.ts'
import type { AuthDeps } from '../deps.ts'
import type { ProviderConfig } from '../provider-config.ts'
import type { Provider } from './provider.ts'

/** The OpenID providers of the configuration. */
export interface Providers {
  readonly list: readonly ProviderView[]
  /** Throws `not_found` for one that is not configured. */
  mustKnow(id: string): void
  /** Throws `not_found`. */
  get(id: string): Promise<Provider>
  /** The one that the configuration has for an issuer. */
  ofIssuer(issuer: string): ProviderView | null
  close(): Promise<void>
}

export function createProviders(
  { config, log }: Pick<AuthDeps, 'config' | 'log'>,
  publicUrl: string,
): Providers {
  // A connection guard each: a private address of one provider is open to none but it.
  const opened = new Map<string, Promise<{ provider: Provider; close(): Promise<void> }>>()
  const open = async (one: ProviderConfig) => {
    // The library is loaded where somebody signs in by it.
    const [{ createProvider }, { guardedFetch }] = await Promise.all([
      import('./provider.ts'),
      import('./guarded-fetch.ts'),
    ])
    const outbound = createOutbound({ allow: one.addresses })
    const fetch = guardedFetch(outbound)
    return { provider: createProvider({ config: one, publicUrl, fetch, log }), close: () => outbound.close() }
  }
  const configOf = (id: string): ProviderConfig => {
    const one = config.providers.find((each) => each.id === id)
    if (one === undefined) throw new Failure('not_found', 'There is no such provider.')
    return one
  }
  const viewOf = ({ id, name }: ProviderConfig): ProviderView => ({ id, name })
  return {
    list: config.providers.map(viewOf),
    mustKnow: (id) => void configOf(id),
    async get(id) {
      const one = configOf(id)
      const opening = opened.get(id) ?? open(one)
      opened.set(id, opening)
      return (await opening).provider
    },
    ofIssuer(issuer) {
      const one = config.providers.find((each) => each.issuer === issuer)
      return one === undefined ? null : viewOf(one)
    },
    async close() {
      for (const opening of opened.values()) await (await opening).close()
    },
  }
}
