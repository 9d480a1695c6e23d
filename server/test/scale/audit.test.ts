// @module-tag slow/scale
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AuditListQuery, createListActivity, createListAudit } from '../../src/auth/admin/list-audit.ts'
import { principal } from '../../src/jobs/testing/jobs-setup.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { busyActor, busyOwner, fillAudit, firstAt, oldTarget } from './audit-fill.ts'
import { watchDatabase } from './watched-database.ts'

/** No clock: what a page of the audit looks at must not grow with the audit. `AUDIT_ENTRIES=1000000` asks the same of a million. */
const entries = Number(process.env.AUDIT_ENTRIES ?? 60_000)
const limit = 50
let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ statementTimeoutMs: 600_000 })
  await fillAudit(database.db, entries)
}, 600_000)
afterAll(() => database?.close())

const at = (share: number): string => new Date(firstAt + Math.floor(entries * share) * 1000).toISOString()

const questions: readonly [name: string, query: Partial<AuditListQuery>, of?: string][] = [
  ['newest', {}],
  ['of a day', { since: at(0.3), until: at(0.31) }],
  ['of an act that is frequent', { action: 'image.create' }],
  ['of an act that was long ago', { action: 'presets.change' }],
  ['of a kind that is frequent', { kind: 'job' }],
  ['of a kind that was long ago', { kind: 'share' }],
  ['of a kind that never was', { kind: 'webhook' }],
  ['by an account', { actorId: busyActor }],
  ['about something', { targetId: oldTarget }],
  ['that failed, long ago', { outcome: 'failure' }],
  ['that went well', { outcome: 'success' }],
  ['of an act that failed', { action: 'session.start', outcome: 'failure' }],
  ['of a kind that failed', { kind: 'session', outcome: 'failure' }],
  ['by an account, that failed', { actorId: busyActor, outcome: 'failure' }],
  ['of the own account', {}, busyActor],
  ['of the own account, that failed', { outcome: 'failure' }, busyActor],
  ['of what others did to what is one’s', {}, busyOwner],
]

it('finds a page by an index, whatever it is filtered by', async () => {
  for (const [name, query, of] of questions) {
    const { db, accesses } = watchDatabase(database.db, { explain: true })
    if (of === undefined) await createListAudit({ db })({ limit, ...query })
    else await createListActivity({ db })(principal('user', of), { limit, ...query })
    const told = accesses.filter(({ table }) => table === 'audit')
    const reads = told.reduce((sum, access) => sum + access.reads, 0)
    expect.soft(reads, `${name}: ${JSON.stringify(told)}`).toBeLessThanOrEqual(1_500)
  }
}, 600_000)
