import { z } from 'zod'
import { roleSchema } from './auth.ts'

/** The address of an account, and whether it is known to be its owner's. */
export const emailStateSchema = z
  .object({
    address: z.string().nullable(),
    verified: z.boolean(),
    pending: z
      .string()
      .nullable()
      .describe('What a link was mailed to, and takes the place of `address` when it is opened.'),
    role: roleSchema
      .nullable()
      .describe(
        'What the account becomes when its address is verified: until then it is a viewer. null where nothing waits.',
      ),
  })
  .meta({ id: 'EmailState' })
export type EmailState = z.infer<typeof emailStateSchema>

export const emailVerifySchema = z.strictObject({ token: z.string().min(1, 'is needed').max(256) })

export const noticeTopicSchema = z.enum(['signIns', 'security', 'files', 'quota'])
export type NoticeTopic = z.infer<typeof noticeTopicSchema>

const topics = {
  signIns: z.boolean().describe('A sign-in from a device that was not seen before.'),
  security: z.boolean().describe('Password, address, second step, API keys, linked providers.'),
  files: z.boolean().describe('Exports that are ready or failed, and imports that failed.'),
  quota: z.boolean().describe('Nine tenths of what the account may keep are used.'),
} satisfies Record<NoticeTopic, z.ZodBoolean>

export const notificationsSchema = z
  .object({
    mails: z.boolean().describe('Whether this installation sends e-mail.'),
    address: z.string().nullable().describe('Where they go; none without one.'),
    topics: z.object(topics),
  })
  .meta({ id: 'Notifications' })
export type Notifications = z.infer<typeof notificationsSchema>

export const notificationsChangeSchema = z.strictObject(topics).partial()
export type NotificationsChange = z.infer<typeof notificationsChangeSchema>
