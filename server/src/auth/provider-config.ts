import { providerIdSchema, type Role, roleSchema } from '@rendition/contract'
import ipaddr from 'ipaddr.js'
import { z } from 'zod'

const text = (most: number) => z.string().trim().min(1).max(most)
const cidr = z
  .string()
  .max(50)
  .refine(ipaddr.isValidCIDR, { error: 'must be addresses as CIDR, such as 10.1.2.3/32' })

/** One OpenID provider. Whatever the provider itself says (addresses, keys) is discovered. */
export const providerConfigSchema = z
  .strictObject({
    /** In addresses, and in the one that the provider is told to send browsers back to. */
    id: providerIdSchema,
    /** On the button. */
    name: text(60),
    issuer: z.url({ protocol: /^https?$/, error: 'must be a URL' }).max(500),
    clientId: text(500),
    /** None for a public client: PKCE is used either way. */
    clientSecret: text(1_000).optional(),
    /** How the secret is sent; providers take `post` unless they say otherwise. */
    clientAuth: z.enum(['post', 'basic']).default('post'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
      .max(20)
      .default(['openid', 'profile', 'email']),
    /** Private addresses that it may have, it alone: `OUTBOUND_ALLOW` opens them to users too. */
    addresses: z.array(cidr).max(20).default([]),
    /** An issuer without TLS, in a network that is trusted. */
    plainHttp: z.boolean().default(false),
    /** Whether whoever it lets in gets an account; as `REGISTRATION` says where it does not. */
    register: z.boolean().optional(),
    /**
     * Whether its word about an e-mail address opens the account that has it. `verified`: where the address was proven here
     * as well. Never by the address alone: everybody may give an account here the address of somebody else.
     */
    linkByEmail: z.enum(['never', 'verified']).default('never'),
    /** Who asks for the second step of an account that has one; `provider` leaves it to the provider. */
    secondStep: z.enum(['ask', 'provider']).default('ask'),
    /** Roles by a claim, at every sign-in. Without it the role is what it is here. */
    roles: z
      .strictObject({
        claim: text(200),
        map: z
          .record(z.string().max(200), roleSchema)
          .refine((map) => Object.keys(map).length <= 100, { error: 'at most 100 values' }),
        otherwise: z.enum([...roleSchema.options, 'refuse']).default('user'),
      })
      .optional(),
  })
  .refine(({ issuer, plainHttp }) => issuer.startsWith('https:') || plainHttp, {
    path: ['issuer'],
    error: 'must begin with https://; "plainHttp": true takes one without TLS in a network you trust',
  })
  .refine(({ scopes }) => scopes.includes('openid'), { path: ['scopes'], error: 'must hold openid' })
export type ProviderConfig = z.output<typeof providerConfigSchema>

export const providersSchema = z
  .array(providerConfigSchema)
  .max(10)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
    error: 'each needs an id of its own',
  })
  .refine((all) => new Set(all.map(({ issuer }) => issuer)).size === all.length, {
    error: 'each needs an issuer of its own',
  })

/** From least to most: of several values the highest counts. */
const ranks: readonly Role[] = ['viewer', 'user', 'admin']
export const highest = (roles: readonly Role[]): Role | undefined =>
  [...ranks].reverse().find((role) => roles.includes(role))
