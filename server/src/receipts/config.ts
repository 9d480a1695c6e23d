import { z } from 'zod'
import { integer } from '../platform/config/fields.ts'

/** When receipts are signed, and how long they are kept. */
export const receiptsConfigSchema = z.object({
  days: integer(1, 36_500).default(730).meta({
    env: 'RECEIPT_DAYS',
    description: 'Days for which receipts of what was erased are kept.',
  }),
  waitMs: integer(0, 86_400_000).default(60_000).meta({
    env: 'RECEIPT_WAIT_MS',
    description:
      'How long after a deletion its receipt is signed at the earliest, in milliseconds: a render that had begun may lay down a file until then, which is looked for and removed.',
  }),
})
export type ReceiptsConfig = z.output<typeof receiptsConfigSchema>
