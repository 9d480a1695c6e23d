import { z } from 'zod'
import { idSchema, pageQuerySchema, timeSchema } from './fields.ts'

/** What is written down of whoever does it. What comes before the full stop is its kind. */
export const auditActionSchema = z.enum([
  'account.register',
  'account.change',
  'account.delete',
  'account.verify',
  'account.notify',
  'session.start',
  'session.block',
  'session.revoke',
  'session.reuse',
  'two-step.on',
  'two-step.codes',
  'two-step.off',
  'key.create',
  'key.delete',
  'identity.link',
  'identity.unlink',
  'invitation.create',
  'invitation.delete',
  'user.password-link',
  'user.sign-in-link',
  'user.change',
  'user.delete',
  'image.create',
  'image.change',
  'image.version',
  'image.bulk',
  'image.trash',
  'image.restore',
  'image.delete',
  'image.purge',
  'album.create',
  'album.change',
  'album.items',
  'album.delete',
  'search.create',
  'search.change',
  'search.delete',
  'share.create',
  'share.change',
  'share.revoke',
  'export.create',
  'export.delete',
  'webhook.create',
  'webhook.change',
  'webhook.secret',
  'webhook.replay',
  'webhook.test',
  'webhook.delete',
  'job.create',
  'job.change',
  'job.delete',
  'queue.change',
  'cache.purge',
  'presets.change',
  'presets.restore',
  'presets.switch',
])
export type AuditAction = z.infer<typeof auditActionSchema>

/** The kinds of acts: what stands before the full stop. */
export const auditKinds = [...new Set(auditActionSchema.options.map((action) => action.replace(/\..*/, '')))]
export type AuditKind = AuditAction extends `${infer Kind}.${string}` ? Kind : never
/** The acts of a kind. */
export const actionsOfKind = (kind: string): AuditAction[] =>
  auditActionSchema.options.filter((action) => action.startsWith(`${kind}.`))

const details = z
  .record(z.string(), z.unknown())
  .describe(
    'What changed, each as `{ from, to }`; of what was made or deleted, what it is or was. Long texts and lists are cut. ' +
      'What people wrote goes with the account or with what the act was done to: `forgotten` then names the fields.',
  )
const outcome = z.enum(['success', 'failure'])

/** Who did what, when, from where. Names are those of accounts that still exist. */
export const auditEntrySchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    action: auditActionSchema,
    outcome,
    actor: z
      .object({ id: idSchema, name: z.string().nullable() })
      .nullable()
      .describe('null for the service itself, for the operator at the command line, and for guests.'),
    targetId: idSchema
      .nullable()
      .describe('What was acted on: an account, a session, a key, an image, a job.'),
    ownerId: idSchema.nullable().describe('Whose that is, where it is not the actor’s.'),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable(),
    details,
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** An entry about the own account. */
export const activityEntrySchema = auditEntrySchema
  .omit({ actor: true, ownerId: true, requestId: true })
  .extend({
    by: z
      .enum(['you', 'administrator', 'stranger', 'service'])
      .describe(
        'A stranger is a guest of a share, or whoever tried to sign in; the service may be its operator at the command line. ' +
          'Addresses and programs are said of what you did and of attempts to sign in.',
      ),
  })
  .meta({ id: 'ActivityEntry' })
export type ActivityEntry = z.infer<typeof activityEntrySchema>

export const activityListQuerySchema = pageQuerySchema.extend({
  kind: z.enum(auditKinds).optional().describe('Acts whose names begin with this and a full stop.'),
  action: auditActionSchema.optional(),
  outcome: outcome.optional(),
  targetId: idSchema.optional(),
  since: timeSchema.optional().describe('Entries from then on.'),
  until: timeSchema.optional().describe('Entries before then.'),
})

export const auditListQuerySchema = activityListQuerySchema.extend({ actorId: idSchema.optional() })
