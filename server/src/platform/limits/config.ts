import { z } from 'zod'
import { rateOf } from './rate.ts'

const written = 'must be an amount and a time, such as 500/1h or 20GiB/1d, or off'

const rate = (usual: string, env: string, description: string) =>
  z
    .string()
    .trim()
    .refine((text) => rateOf(text) !== undefined, written)
    .default(usual)
    .meta({ env, description: `${description} An amount and a time; off for no limit.` })

/**
 * How often one caller may do what: an account by any of its credentials, else an address. What each is measured by
 * stands in docs/limits.md.
 */
export const limitsConfigSchema = z.object({
  registrations: rate('500/1h', 'LIMIT_REGISTRATIONS', 'Registrations from one address, refused ones too.'),
  logins: rate('3000/15m', 'LIMIT_LOGINS', 'Sign-ins from one address, right or wrong.'),
  refreshes: rate('20000/15m', 'LIMIT_REFRESHES', 'Renewals of sessions from one address.'),
  uploads: rate(
    '10000/1h',
    'LIMIT_UPLOADS',
    'Requests of one account that bring files, imports too, however many files there are in one.',
  ),
  uploadBytes: rate('100GiB/1h', 'LIMIT_UPLOAD_BYTES', 'Bytes that one account uploads.'),
  jobs: rate(
    '20000/1h',
    'LIMIT_JOBS',
    'Transformations and jobs of one account; each image of a batch is one, and so is a retry.',
  ),
  renders: rate(
    '2000/10m',
    'LIMIT_RENDERS',
    'Pictures that have to be made for one account or address; what is there already is never counted.',
  ),
  requests: rate('6000/1m', 'LIMIT_REQUESTS', 'Everything else that one account or address asks of the API.'),
})
export type LimitsConfig = z.output<typeof limitsConfigSchema>
/** What is counted, each for itself. */
export type LimitKind = keyof LimitsConfig
