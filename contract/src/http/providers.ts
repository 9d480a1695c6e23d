import { z } from 'zod'
import { idSchema, timeSchema } from './fields.ts'

/** The name of an OpenID provider in the configuration and in addresses. */
export const providerIdSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, {
  error: 'lower-case letters, digits and dashes inside, at most 32',
})

/** Somebody else who says who signs in, as the page shows it. */
export const providerSchema = z
  .object({ id: providerIdSchema, name: z.string().describe('As it stands on the button.') })
  .meta({ id: 'Provider' })
export type Provider = z.infer<typeof providerSchema>

export const providerStartSchema = z
  .object({
    url: z.string().describe('Where the browser goes to sign in.'),
    browserKey: z
      .string()
      .describe('Stays in the tab that began: without it nobody goes on with what comes back.'),
  })
  .meta({ id: 'ProviderStart' })
export type ProviderStart = z.infer<typeof providerStartSchema>

export const providerFinishSchema = z.strictObject({
  browserKey: z.string().min(1, 'is needed').max(256),
  answer: z
    .string()
    .min(1, 'is needed')
    .max(8_192, 'at most 8192 characters')
    .describe('What stands behind the `?` of the address that the provider sent the browser back to.'),
})
export type ProviderFinish = z.infer<typeof providerFinishSchema>

/** Whoever links shows the password, where the account has one and it signs in. */
export const linkRequestSchema = z.strictObject({
  currentPassword: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'Needed where the account has a password. Without one, a sign-in of the last ten minutes stands for it.',
    ),
})
export type LinkRequest = z.infer<typeof linkRequestSchema>

/** A provider's account that signs in to this one. */
export const identitySchema = z
  .object({
    id: idSchema,
    provider: providerSchema.nullable().describe('null where the installation does not know it any more.'),
    email: z.string().nullable().describe('As the provider said it the last time.'),
    createdAt: timeSchema,
    lastUsedAt: timeSchema.nullable(),
  })
  .meta({ id: 'Identity' })
export type Identity = z.infer<typeof identitySchema>

export const identitiesSchema = z
  .object({
    identities: z.array(identitySchema).max(50),
    password: z.boolean().describe('The account has a password, and passwords sign in here.'),
    passwords: z.boolean().describe('Passwords sign in here.'),
  })
  .meta({ id: 'Identities' })
export type Identities = z.infer<typeof identitiesSchema>

export const signInLinkSchema = z.strictObject({ token: z.string().min(1, 'is needed').max(256) })
