import { z } from 'zod'
import { listOf } from '../bounds.ts'
import { idSchema, languageSchema, textSchema, timeSchema } from './fields.ts'
import { providerSchema } from './providers.ts'

export const roleSchema = z.enum(['admin', 'user', 'viewer'])
export type Role = z.infer<typeof roleSchema>

export const scopeSchema = z.enum([
  'images:read',
  'images:write',
  'jobs:read',
  'jobs:write',
  'webhooks:manage',
  'account:manage',
])
export type Scope = z.infer<typeof scopeSchema>
export const allScopes: readonly Scope[] = scopeSchema.options
/** Of a key for which none are named: what the programs that most keys are for do, and nothing that outlasts the key. */
export const defaultScopes: readonly Scope[] = ['images:read', 'images:write']

export const userSchema = z
  .object({
    id: idSchema,
    email: z.string().nullable(),
    username: z.string().nullable(),
    role: roleSchema,
    createdAt: timeSchema,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof userSchema>

/** An account as its owner sees it. */
export const accountDetailsSchema = userSchema
  .extend({
    language: languageSchema
      .nullable()
      .describe(
        'What its mails are in. Chosen, or as the program asked that first signed in; null where neither is known: `DEFAULT_LANGUAGE` then.',
      ),
  })
  .meta({ id: 'AccountDetails' })
export type AccountDetails = z.infer<typeof accountDetailsSchema>

/**
 * What a mail server takes: 64 characters before the @ (RFC 5321 4.5.3.1.1), 63 between two dots behind it (RFC 1035 2.3.4).
 * Mail to a longer one comes back, so an account or an invitation of it would be lost.
 */
const mailboxPattern = new RegExp(
  `^(?=[^@]{1,64}@(?:[^.@]{1,63}\\.)*[^.@]{1,63}$)${z.regexes.email.source.slice(1)}`,
)
export const emailSchema = z
  .email({ pattern: mailboxPattern, error: 'is not an email address' })
  .max(254, 'at most 254 characters')
/** Letters of any script, in one form: the same name typed on two keyboards is the same text. */
export const usernameSchema = z
  .string()
  .normalize('NFKC')
  .min(2, 'at least 2 characters')
  .max(64, 'at most 64 characters')
  .regex(/^[\p{L}\p{M}\p{N}._-]+$/u, 'letters, digits, dot, dash and underscore only')
  .refine(isVisible, 'no letters that cannot be seen')
  .refine(isOfOneAlphabet, 'letters of one alphabet only')

/** Letters and marks that show nothing, such as the Hangul filler, make two names look like one. So does a heap of marks. */
function isVisible(name: string): boolean {
  return !/\p{Default_Ignorable_Code_Point}/u.test(name) && !/^\p{M}|\p{M}{4}/u.test(name)
}

/** Those whose letters pass for each other's: `раypal` with two Cyrillic letters. */
const alphabets = [
  /\p{sc=Latin}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Armenian}/u,
  /\p{sc=Cherokee}/u,
]

function isOfOneAlphabet(name: string): boolean {
  return alphabets.filter((alphabet) => alphabet.test(name)).length <= 1
}

/** How short it may be is configured (`PASSWORD_LENGTH`, 7): the service judges it. */
export const newPasswordSchema = z
  .string()
  .min(1, 'is needed')
  .max(1024, 'at most 1024 characters')
  .describe('At least 7 characters unless configured otherwise, and none of the commonest passwords.')

/** The rule below, for the description: one of the two names. */
const named = { anyOf: [{ required: ['email'] }, { required: ['username'] }] }

/** One of `email` and `username` suffices. */
export const credentialsSchema = z
  .object({
    email: emailSchema.optional(),
    username: usernameSchema.optional(),
    password: newPasswordSchema,
  })
  .refine((c) => c.email !== undefined || c.username !== undefined, {
    path: ['email'],
    message: 'email or username is required',
  })
  .meta(named)
export type Credentials = z.infer<typeof credentialsSchema>

/** Login takes any non-empty words: whether they could ever be an account is not told apart from a wrong one. */
export const loginSchema = z
  .object({
    email: z.string().min(1).max(254).optional(),
    username: z.string().min(1).max(254).optional(),
    password: z.string().min(1).max(1024),
  })
  .refine((c) => c.email !== undefined || c.username !== undefined, {
    path: ['email'],
    message: 'email or username is required',
  })
  .meta(named)

export const sessionTokensSchema = z
  .object({
    user: userSchema,
    accessToken: z.string(),
    refreshToken: z.string(),
    token: z.string().describe('The access token again, for older clients.'),
    tokenType: z.literal('Bearer'),
    expiresIn: z.number().int().describe('Seconds.'),
    message: z.string(),
  })
  .meta({ id: 'SessionTokens' })
export type SessionTokens = z.infer<typeof sessionTokensSchema>

export const registrationSchema = z
  .object({
    open: z.boolean().describe('Whether an account can be made.'),
    first: z.boolean().describe('There is no account yet: the next one becomes the administrator.'),
    mails: z.boolean().describe('E-mail is sent: a forgotten password is reset by a link.'),
    verifies: z.boolean().describe('An account needs an address, and a link that is mailed to it.'),
    passwords: z.boolean().describe('Passwords sign in here.'),
    passwordLength: z.number().int().min(1).describe('Characters that a new password has at least.'),
    providers: z.array(providerSchema).max(10).describe('OpenID providers that sign in here.'),
  })
  .meta({ id: 'Registration' })
export type Registration = z.infer<typeof registrationSchema>

export const refreshSchema = z.object({ refreshToken: z.string().min(1).max(4096) })

/** The Bearer token is taken where `token` is not sent. */
export const verifyRequestSchema = z.object({ token: z.string().min(1).max(8192).optional() })

export const verificationSchema = z
  .object({
    valid: z.literal(true),
    userId: idSchema,
    email: z.string().nullable(),
    username: z.string().nullable(),
    role: roleSchema,
    expiresAt: timeSchema,
  })
  .meta({ id: 'Verification' })

export const accountChangeSchema = z.strictObject({
  email: emailSchema.optional(),
  username: usernameSchema.optional(),
  password: newPasswordSchema.optional(),
  language: languageSchema.optional().describe('What the mails to the account are in.'),
  currentPassword: z
    .string()
    .max(1024)
    .optional()
    .describe(
      'Needed for a new password, which signs other sessions out, and, where e-mail is sent, for a new address.',
    ),
  keepKeys: z
    .boolean()
    .optional()
    .describe(
      'With a new password: true keeps the API keys that were made by signing in. All end without it.',
    ),
})
export type AccountChange = z.infer<typeof accountChangeSchema>

export const sessionSchema = z
  .object({
    id: idSchema,
    current: z.boolean().describe('The session this request was made with.'),
    userAgent: z.string().nullable(),
    address: z.string().nullable().describe('Where it was last used from.'),
    createdAt: timeSchema,
    lastUsedAt: timeSchema,
    expiresAt: timeSchema,
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof sessionSchema>

export const apiKeySchema = z
  .object({
    id: idSchema,
    name: z.string(),
    prefix: z.string().describe('The beginning of the key, to recognise it by.'),
    scopes: z.array(scopeSchema),
    createdAt: timeSchema,
    expiresAt: timeSchema.nullable(),
    lastUsedAt: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof apiKeySchema>

export const apiKeyRequestSchema = z.strictObject({
  name: textSchema
    .trim()
    .min(1)
    .max(100)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is refused.
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'no control characters')
    .default('API key'),
  scopes: listOf(scopeSchema, allScopes.length, 'scopes', 1)
    .default([...defaultScopes])
    .describe('What the key may do; to read and change images unless said otherwise.'),
  expiresAt: timeSchema
    .nullable()
    .default(null)
    .describe('In the future; null for a key that does not expire, or ends with the key that makes it.'),
})
export type ApiKeyRequest = z.infer<typeof apiKeyRequestSchema>

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('The secret. Shown once.') })
  .meta({ id: 'CreatedApiKey' })
export type CreatedApiKey = z.infer<typeof createdApiKeySchema>

/** What a key says of itself: how a process without the accounts database resolves one. */
export const currentKeySchema = z.object({ key: apiKeySchema, user: userSchema }).meta({ id: 'CurrentKey' })
export type CurrentKey = z.infer<typeof currentKeySchema>

/** RFC 7517, public parts only. */
export const jwksSchema = z
  .object({
    keys: z.array(
      z.object({
        kty: z.string(),
        crv: z.string(),
        x: z.string(),
        y: z.string().optional(),
        kid: z.string(),
        alg: z.string(),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'Jwks' })
