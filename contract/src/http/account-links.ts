import { z } from 'zod'
import { emailSchema, newPasswordSchema, roleSchema, usernameSchema } from './auth.ts'
import { idSchema, languageSchema, timeSchema } from './fields.ts'

/** As it stands behind the `#` of a link that was mailed or handed over. */
const token = z.string().min(1, 'is needed').max(256)

export const linkLookSchema = z.strictObject({ token })

/** A link that is still good, before it is used. */
export const accountLinkStateSchema = z
  .object({
    kind: z.enum(['reset', 'invite', 'sign-in', 'verify']),
    email: z.string().nullable().describe('Who is invited; null of other links.'),
    expiresAt: timeSchema,
  })
  .meta({ id: 'AccountLinkState' })
export type AccountLinkState = z.infer<typeof accountLinkStateSchema>

export const passwordResetRequestSchema = z.strictObject({ email: emailSchema })

export const passwordResetAnswerSchema = z.object({ message: z.string() }).meta({ id: 'PasswordResetAnswer' })

export const passwordResetSchema = z.strictObject({ token, password: newPasswordSchema })
export type PasswordReset = z.infer<typeof passwordResetSchema>

export const accountLinkSchema = z
  .object({
    url: z.string().describe('Good once. Hand it over yourself; it is shown in this answer alone.'),
    expiresAt: timeSchema,
  })
  .meta({ id: 'AccountLink' })
export type AccountLink = z.infer<typeof accountLinkSchema>

export const invitationRequestSchema = z.strictObject({
  email: emailSchema,
  role: roleSchema.default('user'),
  language: languageSchema
    .optional()
    .describe('What the mail is in, and those to the account that is made; as your own mails without it.'),
})
export type InvitationRequest = z.infer<typeof invitationRequestSchema>

export const invitationSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    role: roleSchema,
    language: languageSchema,
    createdAt: timeSchema,
    expiresAt: timeSchema,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof invitationSchema>

export const createdInvitationSchema = invitationSchema
  .extend({
    url: z
      .string()
      .nullable()
      .describe('To be handed over, where the installation sends no e-mail; null where it mails the link.'),
  })
  .meta({ id: 'CreatedInvitation' })
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>

export const invitationAcceptSchema = z.strictObject({
  token,
  username: usernameSchema.optional(),
  password: newPasswordSchema,
})
export type InvitationAccept = z.infer<typeof invitationAcceptSchema>
