import { z } from 'zod'
import { timeSchema } from './fields.ts'

/** Of an authenticator app, or one of the recovery codes; spaces and dashes do not matter. */
const code = z.string().min(1, 'is needed').max(64, 'at most 64 characters')
const currentPassword = z
  .string()
  .min(1, 'is needed')
  .max(1024)
  .optional()
  .describe(
    'Needed where the account has a password. Without one, a sign-in of the last ten minutes stands for it.',
  )

export const twoStepSchema = z
  .object({
    enabled: z.boolean().describe('Signing in with the password asks for a code.'),
    since: timeSchema.nullable(),
    recoveryCodesLeft: z.number().int().describe('Each signs in once, in place of the app.'),
  })
  .meta({ id: 'TwoStep' })
export type TwoStep = z.infer<typeof twoStepSchema>

export const twoStepSetUpRequestSchema = z.strictObject({ currentPassword })

export const twoStepSetUpSchema = z
  .object({
    secret: z.string().describe('Base32, to be typed where no picture can be taken.'),
    uri: z.string().describe('`otpauth://`, as authenticator apps read it from a QR code.'),
  })
  .meta({ id: 'TwoStepSetUp' })
export type TwoStepSetUp = z.infer<typeof twoStepSetUpSchema>

export const twoStepCodeSchema = z.strictObject({ code })

export const recoveryCodesSchema = z
  .object({ recoveryCodes: z.array(z.string()).max(10).describe('Shown once; earlier ones are void.') })
  .meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>

export const twoStepOffSchema = z.strictObject({ currentPassword, code })

export const secondStepSchema = z.strictObject({
  challenge: z.string().min(1).max(256).describe('From the answer `two_step_required`.'),
  code,
})
export type SecondStep = z.infer<typeof secondStepSchema>
