import { languageSchema } from '@rendition/contract'
import { z } from 'zod'
import { flag, integer, json } from '../platform/config/fields.ts'
import { providersSchema } from './provider-config.ts'

/** Who may register, how long credentials live, and what guessing costs. */
export const authConfigSchema = z.object({
  registration: z.enum(['open', 'first']).default('open').meta({
    env: 'REGISTRATION',
    description: 'open: anyone may register; first: only the first account, which becomes the administrator.',
  }),
  passwordLength: integer(1, 128).default(7).meta({
    env: 'PASSWORD_LENGTH',
    description:
      'Characters that a new password has at least; the thousand commonest ones are refused besides.',
  }),
  issuer: z
    .string()
    .min(1)
    .default('rendition')
    .meta({ env: 'TOKEN_ISSUER', description: 'The `iss` of access tokens; the same for every process.' }),
  audience: z
    .string()
    .min(1)
    .default('rendition')
    .meta({ env: 'TOKEN_AUDIENCE', description: 'The `aud` of access tokens; the same for every process.' }),
  accessTokenSeconds: integer(60, 3600).default(900),
  refreshTokenDays: integer(1, 90).default(7).meta({
    env: 'REFRESH_TOKEN_DAYS',
    description: 'A device that is not used for this long signs in again.',
  }),
  /** argon2id, OWASP's first choice: 21 ms on one core here, 19 MiB each while it runs. */
  hashMemoryKib: integer(8, 1024 * 1024).default(19_456),
  hashPasses: integer(1, 20).default(2),
  /** Hashes share libuv's four threads with files and DNS: two leave room for those. */
  hashesAtOnce: integer(1, 16).default(2),
  /** Further ones wait, some 10 ms each, by turns of kind and address; beyond this many the answer is 503. */
  hashesWaiting: integer(1, 10_000).default(200),
  loginAttempts: integer(1, 1000).default(10).meta({
    env: 'LOGIN_ATTEMPTS',
    description: 'Wrong passwords for one account from one address before 429. A right one starts anew.',
  }),
  loginAttemptsPerAddress: integer(1, 100_000).default(100).meta({
    env: 'LOGIN_ATTEMPTS_PER_ADDRESS',
    description: 'Wrong passwords from one address, whatever the account, before 429.',
  }),
  loginWindowSeconds: integer(1)
    .default(900)
    .meta({ env: 'LOGIN_WINDOW_SECONDS', description: 'How long wrong passwords are remembered.' }),
  refreshGraceSeconds: integer(0, 60).default(10).meta({
    env: 'REFRESH_GRACE_SECONDS',
    description:
      'A spent refresh token gets the same successor again for this long, for two tabs and lost answers; later its use ends the session.',
  }),
  smtpUrl: z
    .url({ protocol: /^smtps?$/, error: 'must be a URL that begins with smtp:// or smtps://' })
    .optional()
    .meta({
      env: 'SMTP_URL',
      secret: 'address',
      description:
        'smtp://name:password@host:587 (STARTTLS where the server has it) or smtps://…:465: sends links for new passwords and invitations. Needs PUBLIC_URL. Without it administrators hand links over.',
    }),
  mailFrom: z
    .string()
    .max(320)
    .regex(
      /^[^\r\n<>]*(?:<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      'must be an address, or Name <address>',
    )
    .optional()
    .meta({
      env: 'MAIL_FROM',
      description: 'Whom mail is from: Name <address>. rendition@ and the host of PUBLIC_URL without it.',
    }),
  defaultLanguage: languageSchema.default('en').meta({
    env: 'DEFAULT_LANGUAGE',
    description:
      'What mails are in to accounts of which nobody knows what they read: en or de. An account says so itself, or the browser that first signed in to it.',
  }),
  verifyEmail: flag().default(false).meta({
    env: 'VERIFY_EMAIL',
    description:
      'Accounts that register need an address and are viewers until they open the link that is mailed to it; another address is proven before it counts. Needs SMTP_URL.',
  }),
  providers: z
    .union([json(providersSchema), providersSchema])
    .default([])
    .meta({
      env: 'OIDC_PROVIDERS',
      secret: 'all',
      description:
        'OpenID providers that sign in here, as a JSON list: id, name, issuer, clientId, clientSecret and what docs/accounts.md says. Needs PUBLIC_URL. It holds secrets: OIDC_PROVIDERS_FILE names a file with it.',
    }),
  passwordSignIn: flag().default(true).meta({
    env: 'PASSWORD_SIGN_IN',
    description:
      'false: only the providers of OIDC_PROVIDERS sign in. rendition users sign-in-link lets somebody in when they fail.',
  }),
  auditRetentionDays: integer(1, 3650)
    .default(365)
    .meta({ env: 'AUDIT_RETENTION_DAYS', description: 'How long the audit is kept.' }),
})
export type AuthConfig = z.output<typeof authConfigSchema>
