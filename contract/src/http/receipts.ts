import { z } from 'zod'
import { idSchema, pageQuerySchema, textSchema, timeSchema } from './fields.ts'

const amount = z.object({ count: z.number().int(), bytes: z.number().int() })

/** Originals that a receipt lists one by one; all of them are counted and digested. */
export const receiptOriginals = 1_000

/** What a receipt says: the payload of the signature. */
export const receiptClaimsSchema = z.object({
  iss: z.string().describe('The installation.'),
  jti: idSchema,
  sub: idSchema.describe('The image, or the account.'),
  iat: z.number().int().describe('When it was signed, in Unix seconds: everything was gone by then.'),
  kind: z.enum(['image', 'account']),
  owner: idSchema,
  because: z
    .enum(['request', 'trash', 'account'])
    .describe('It was asked for; its time in the trash was over; its account was erased.'),
  requestedAt: timeSchema,
  goneAt: timeSchema,
  destroyed: z.object({
    images: z.number().int(),
    originals: amount.extend({
      listed: z.array(z.object({ image: idSchema, sha256: z.string(), bytes: z.number().int() })),
      digest: z
        .string()
        .describe(
          'SHA-256 over a line `image sha256` for each original, ended by a newline, in the order of image and digest.',
        ),
    }),
    versions: z.number().int(),
    levels: amount.describe('Stored smaller pictures.'),
    cached: amount.describe('Renditions that URLs had made.'),
    madeByJobs: amount,
    results: z.number().int().describe('Results of jobs that were kept for their time.'),
    jobs: z.number().int().describe('Jobs that were cancelled.'),
    shares: z.number().int().describe('Shares that held it; for an account, of all its images together.'),
    albums: z.number().int(),
    exports: z.number().int().describe('Prepared exports that held it, and give it no more.'),
    account: z
      .record(z.string(), z.number().int())
      .nullable()
      .describe('What went with an account besides its images, by name.'),
  }),
  mayRemain: z.array(
    z.object({
      where: z.enum(['browsers', 'caches in front', 'backups']),
      until: timeSchema.nullable().describe('null: not known to the service.'),
      note: z.string(),
    }),
  ),
})
export type ReceiptClaims = z.infer<typeof receiptClaimsSchema>

export const receiptSchema = z
  .object({
    id: idSchema,
    kind: z.enum(['image', 'account']),
    subjectId: idSchema.describe('The image, or the account.'),
    ownerId: idSchema,
    requestedAt: timeSchema,
    goneAt: timeSchema.nullable().describe('null while something may still be there.'),
    jws: z
      .string()
      .nullable()
      .describe(
        'The signed receipt, a JSON Web Signature in its compact form; null until everything is gone.',
      ),
  })
  .meta({ id: 'Receipt' })
export type Receipt = z.infer<typeof receiptSchema>

export const receiptListQuerySchema = pageQuerySchema.extend({
  kind: z.enum(['image', 'account']).optional(),
  subjectId: idSchema.optional(),
  of: z.enum(['me', 'everyone']).default('me').describe('`everyone`: for administrators.'),
})

export const receiptClaimSchema = z.strictObject({
  token: textSchema.min(1).max(200).describe('What `Rendition-Receipt` said when the account was erased.'),
})
export type ReceiptClaim = z.infer<typeof receiptClaimSchema>
