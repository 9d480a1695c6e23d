import { type JobBook, type JobRecord, LeaseLost } from '../../jobs/index.ts'
import { createSharedTransaction, type SharedTransaction } from '../../platform/database/index.ts'
import type { Database, Transaction } from '../../platform/database/port.ts'
import { type ResultFacts, recordResults } from '../store/results.ts'
import { passingResult } from './job-results.ts'

/** A picture that is kept for its time, and the job that made it. */
export interface MadePassing {
  job: JobRecord
  picture: ResultFacts
  notes: readonly string[]
}

/** Records the picture and ends its job. Throws `LeaseLost` when the image is gone or the job is another worker's now. */
export type RecordPassing = SharedTransaction<MadePassing, void>

const mostAtOnce = 32

/** Many at once, in one transaction of a few statements. */
export function createRecordPassing({
  db,
  book,
}: {
  db: Pick<Database, 'transaction'>
  book: Pick<JobBook, 'completeAll'>
}): RecordPassing {
  return createSharedTransaction({
    db,
    mostAtOnce,
    work: async (tx, made: readonly MadePassing[]) => {
      await recordAll(book, tx, made)
      return made.map(() => undefined)
    },
  })
}

async function recordAll(
  book: Pick<JobBook, 'completeAll'>,
  tx: Transaction,
  made: readonly MadePassing[],
): Promise<void> {
  const pictures = made.map(({ picture }) => picture)
  if (!(await recordResults(tx, pictures))) throw new LeaseLost()
  const ended = await book.completeAll(
    tx,
    made.map(({ job, picture, notes }) => ({
      job,
      result: passingResult(picture, picture.expiresAt, notes),
    })),
  )
  if (ended.length < made.length) throw new LeaseLost()
}
