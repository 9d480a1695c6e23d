import type { Database, Queryable, Value } from '../../src/platform/database/index.ts'

/** One statement as it ran. */
export interface Statement {
  text: string
  values: readonly Value[]
  ms: number
}

/** What one node of a plan read. Reads count rows that were looked at, used or not. */
export interface Access {
  how: string
  table: string
  reads: number
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

interface Explained {
  Plan: PlanNode
  'Planning Time': number
  'Execution Time': number
}

export interface Watched {
  db: Database
  statements: Statement[]
  /** Empty unless `explain` is set. */
  accesses: Access[]
  /** What the server says it took, planning included. */
  serverMs(): number
}

const explainable = /^\s*(select|with|update|delete|insert)\b/i

/** A database that notes each statement, its time, and, where `explain` is set, how PostgreSQL got at the rows. */
export function watchDatabase(db: Database, options: { explain: boolean }): Watched {
  const statements: Statement[] = []
  const accesses: Access[] = []
  let serverMs = 0
  const watched = (inner: Queryable): Queryable => ({
    async query(text, values = [], name) {
      if (options.explain && explainable.test(text)) {
        // Once for its plan, undone again, and once in earnest.
        await inner.query('savepoint before')
        const [row] = await inner.query<{ 'QUERY PLAN': Explained[] }>(
          `explain (analyze, timing off, format json) ${text}`,
          values,
        )
        await inner.query('rollback to savepoint before')
        for (const { Plan, ...times } of row?.['QUERY PLAN'] ?? []) {
          accesses.push(...accessesOf(Plan))
          serverMs += times['Planning Time'] + times['Execution Time']
        }
      }
      const began = performance.now()
      const rows = await inner.query(text, values, name)
      statements.push({ text, values, ms: performance.now() - began })
      return rows as never
    },
  })
  const watchedDb: Database = {
    ...db,
    // A savepoint needs a transaction.
    query: (text, values, name) =>
      options.explain
        ? db.transaction((tx) => watched(tx).query(text, values, name))
        : watched(db).query(text, values, name),
    transaction: (work) => db.transaction((tx) => work({ ...watched(tx), inTransaction: true })),
  }
  return { db: watchedDb, statements, accesses, serverMs: () => serverMs }
}

function accessesOf(node: PlanNode): Access[] {
  const inner = (node.Plans ?? []).flatMap(accessesOf)
  const table = node['Relation Name']
  if (table === undefined || !node['Node Type'].includes('Scan')) return inner
  const rows =
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  return [...inner, { how: node['Node Type'], table, reads: Math.round(rows * node['Actual Loops']) }]
}
