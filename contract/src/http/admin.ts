import { z } from 'zod'
import { roleSchema, userSchema } from './auth.ts'
import { pageQuerySchema, textSchema, timeSchema } from './fields.ts'

const quotaSchema = z.strictObject({
  bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
  images: z.number().int().min(0).max(2_147_483_647).nullable(),
})

/** An account as an administrator sees it. */
export const adminUserSchema = userSchema
  .extend({
    disabled: z.boolean(),
    lastLoginAt: timeSchema.nullable(),
    twoStep: z.boolean().describe('Signing in asks for a code.'),
    emailVerified: z.boolean(),
    roleWhenVerified: roleSchema.nullable().describe('What it becomes when its address is verified.'),
    quota: quotaSchema.describe('What it may keep; null as configured, 0 for no limit.'),
  })
  .meta({ id: 'AdminUser' })
export type AdminUser = z.infer<typeof adminUserSchema>

export const adminUserListQuerySchema = pageQuerySchema.extend({
  role: roleSchema.optional(),
  q: textSchema.max(254).optional().describe('A part of the email or username.'),
})

export const adminUserChangeSchema = z.strictObject({
  role: roleSchema.optional(),
  disabled: z
    .boolean()
    .optional()
    .describe('A disabled account cannot sign in; its sessions and keys end for good.'),
  password: z
    .string()
    .min(8, 'at least 8 characters')
    .max(1024)
    .optional()
    .describe('Ends every session and API key. Not for your own account.'),
  quota: quotaSchema.optional().describe('null: as configured; 0: no limit.'),
})
export type AdminUserChange = z.infer<typeof adminUserChangeSchema>

export const adminStatsSchema = z
  .object({
    users: z.object({
      total: z.number().int(),
      disabled: z.number().int(),
      byRole: z.record(roleSchema, z.number().int()),
    }),
    sessions: z.number().int().describe('Signed-in devices.'),
    apiKeys: z.number().int().describe('Keys that have not expired.'),
    images: z.record(z.string(), z.number()).describe('Counts and bytes of the images room, by name.'),
  })
  .meta({ id: 'AdminStats' })
export type AdminStats = z.infer<typeof adminStatsSchema>
