import { Failure, type JobStatus, type JobType, type Page } from '@rendition/contract'
import type { Queryable, Value } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { type JobRow, jobColumns, jobOf } from './rows.ts'
import type { JobRecord } from './types.ts'

export interface JobFilter {
  limit: number
  cursor?: string | undefined
  status?: JobStatus | undefined
  type?: JobType | undefined
  imageId?: string | undefined
  batchId?: string | undefined
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The caller's own jobs, newest first; the cursor is the id of the last one seen, so new jobs move no page. */
export async function listJobs(
  db: Queryable,
  principal: Principal,
  filter: JobFilter,
): Promise<Page<JobRecord>> {
  if (filter.cursor !== undefined && !uuid.test(filter.cursor)) {
    throw new Failure('invalid_request', undefined, {
      errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
    })
  }
  // Not `=`, as for images: it keeps the owner in the order, and with it the owner's own index in use.
  const values: Value[] = [[principal.userId]]
  const where = ['owner_id = any($1::uuid[])']
  const add = (condition: string, value: Value | undefined): void => {
    if (value === undefined) return
    values.push(value)
    where.push(`${condition} $${values.length}`)
  }
  add('status =', filter.status)
  add('type =', filter.type)
  add('image_id =', filter.imageId)
  add('batch_id =', filter.batchId)
  add('id <', filter.cursor)
  values.push(filter.limit + 1)
  const rows = await db.query<JobRow>(
    `select ${jobColumns} from jobs where ${where.join(' and ')} order by owner_id desc, id desc limit $${values.length}`,
    values,
  )
  const items = rows.slice(0, filter.limit).map(jobOf)
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null }
}
