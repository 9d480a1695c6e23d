import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../server/src/platform/database/index.ts'
import { fillDatabase } from '../server/test/scale/fill.ts'
import { questions } from '../server/test/scale/questions.ts'
import { type Watched, watchDatabase } from '../server/test/scale/watched-database.ts'

const explained = 11
const rounds = 100
const limitMs = 20

const middle = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN

/** Asks every question many times of a full database; false when one is over the limit. */
export async function measureRows(images: number, jobs: number): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const db = await openDatabase({
    url: 'embedded:',
    folder: join(folder, 'database'),
    migrationsFolder: join(import.meta.dirname, '../server/migrations'),
    statementTimeoutMs: 600_000,
  })
  try {
    await db.migrate()
    const began = performance.now()
    await fillDatabase(db, { images, queuedJobs: jobs, finishedJobs: jobs, owners: 100 })
    const [size] = await db.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes')
    console.log(
      `  filled in ${((performance.now() - began) / 1000).toFixed(0)} s, ${Math.round((size?.bytes ?? 0) / 1e6)} MB`,
    )
    let within = true
    for (const { name, ask } of await questions(db)) {
      const plans: Watched[] = []
      for (let round = 0; round < explained; round += 1) {
        const plan = watchDatabase(db, { explain: true })
        await ask(plan.db)
        plans.push(plan)
      }
      const reads = Math.max(
        ...plans.map(({ accesses }) => accesses.reduce((sum, access) => sum + access.reads, 0)),
      )
      const server = middle(
        plans.map((plan) => plan.serverMs()),
        0.5,
      )
      const times: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const asked = performance.now()
        await ask(db)
        times.push(performance.now() - asked)
      }
      const [half, most] = [middle(times, 0.5), middle(times, 0.95)]
      // The server's own time: a machine that serves others too has its say in the rest.
      const slow = server > limitMs
      within &&= !slow
      console.log(
        `  ${name.padEnd(31)} server ${server.toFixed(2).padStart(6)}   whole p50 ${half.toFixed(2).padStart(7)}   p95 ${most.toFixed(2).padStart(7)}   ` +
          `${String(reads).padStart(5)} rows${slow ? '   TOO SLOW' : ''}`,
      )
    }
    return within
  } finally {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
}
