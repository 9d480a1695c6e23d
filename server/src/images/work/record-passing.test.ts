import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { createJobBook, type JobRecord, jobsConfigSchema, LeaseLost } from '../../jobs/index.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { deleteRow, insertFirstVersion, insertImage } from '../store/images.ts'
import { holdImage } from '../store/locks.ts'
import { findResults } from '../store/results.ts'
import { createRecordPassing, type MadePassing } from './record-passing.ts'

const signer = { signedUrl: () => '/signed', resultUrl: (jobId: string) => `/api/jobs/${jobId}/result` }
const book = createJobBook({
  config: jobsConfigSchema.parse({}),
  signer: signer as never,
  holdOwner: async () => {},
})
const ownerId = randomUUID()
const expiresAt = new Date(Date.now() + 60_000)
let database: TestDatabase
let transactions = 0
let statements = 0

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database?.close())
beforeEach(() => {
  transactions = 0
  statements = 0
})

const recordPassing = () =>
  createRecordPassing({
    book,
    db: {
      transaction: (work) => {
        transactions += 1
        return database.db.transaction((tx) =>
          work({
            ...tx,
            query: (...asked) => {
              statements += 1
              return tx.query(...asked)
            },
          }),
        )
      },
    },
  })

async function image(): Promise<string> {
  const id = randomUUID()
  const original = {
    key: storageKey('images', id, 'original'),
    format: 'jpeg' as const,
    contentType: 'image/jpeg',
    width: 30,
    height: 20,
    size: 400,
    sha256: 'ab'.repeat(32),
    orientation: 1,
    frames: 1,
    hasAlpha: false,
    metadata: null,
    metadataRules: 0,
  }
  await database.db.transaction(async (tx) => {
    const told = { originalName: 'a.jpg', visibility: 'private' as const, tags: [] }
    await insertImage(tx, { id, ownerId, ...told, original })
    await insertFirstVersion(tx, { id, original }, randomUUID())
  })
  return id
}

/** Jobs that are claimed, and what they made of the images. */
async function made(imageIds: readonly string[]): Promise<MadePassing[]> {
  const jobs = await database.db.transaction(async (tx) => {
    const asked = imageIds.map((imageId) => ({
      ownerId,
      type: 'transform' as const,
      imageId,
      priority: 'bulk' as const,
      input: {},
    }))
    const enqueued = await book.enqueue(tx, asked)
    const claimed = await book.claim(
      tx,
      enqueued.map(({ job }) => job.id),
      'worker',
    )
    return enqueued.map(({ job }) => claimed.find(({ id }) => id === job.id) as JobRecord)
  })
  return jobs.map((job, n) => ({
    job,
    notes: [`note ${n}`],
    picture: {
      imageId: job.imageId ?? '',
      key: `key ${n}`,
      format: 'webp',
      contentType: 'image/webp',
      width: 10,
      height: 5,
      size: 40,
      etag: '"e"',
      expiresAt,
    },
  }))
}

const keysOf = async (pieces: readonly MadePassing[]): Promise<string[]> => {
  const names = pieces.map(({ picture }) => picture)
  const found = await findResults(
    database.db,
    names.map(({ imageId }) => imageId),
    names.map(({ key }) => key),
  )
  return found.map(({ key }) => key).sort()
}

it('records and ends many jobs by as many statements as one', async () => {
  const id = await image()
  const pieces = await made([id, id, await image(), await image()])
  const record = recordPassing()
  await Promise.all(pieces.map(record))
  expect([transactions, statements]).toEqual([1, 3])
  expect(await keysOf(pieces)).toEqual(['key 0', 'key 1', 'key 2', 'key 3'])
  for (const [n, { job }] of pieces.entries()) {
    expect(await book.get(database.db, job.id)).toMatchObject({
      status: 'complete',
      progress: 1,
      result: { renditionKey: `key ${n}`, notes: [`note ${n}`], expiresAt: expiresAt.toISOString() },
    })
  }
  const told = await database.db.query<{ id: string }>(
    `select data->>'id' as id from outbox where type = 'job.complete'`,
  )
  expect(told.map(({ id }) => id).sort()).toEqual(pieces.map(({ job }) => job.id).sort())
})

it('lets a job that was taken over, and one whose image is gone, fail alone', async () => {
  const gone = await image()
  const pieces = await made([await image(), await image(), gone, await image()])
  const taken = pieces[1]?.job.id ?? ''
  await database.db.query('update jobs set fence = fence + 1 where id = $1', [taken])
  await database.db.transaction(async (tx) => {
    await holdImage(tx, gone)
    await deleteRow(tx, gone)
  })
  const record = recordPassing()
  const ends = await Promise.allSettled(pieces.map(record))
  expect(ends.map((end) => (end.status === 'rejected' ? end.reason : end.status))).toEqual([
    'fulfilled',
    expect.any(LeaseLost),
    expect.any(LeaseLost),
    'fulfilled',
  ])
  expect(await keysOf(pieces)).toEqual(['key 0', 'key 3'])
  const states = await Promise.all(pieces.map(({ job }) => book.get(database.db, job.id)))
  expect(states.map((job) => job?.status)).toEqual(['complete', 'processing', 'processing', 'complete'])
})

it('keeps one picture that two made for the longer of their times', async () => {
  const [one, other] = await made([await image(), await image()])
  if (!one || !other) throw new Error('two were made')
  const later = new Date(expiresAt.getTime() + 60_000)
  const record = recordPassing()
  await Promise.all([
    record({ ...one, picture: { ...one.picture, expiresAt: later } }),
    record({ ...other, picture: one.picture }),
  ])
  const [kept] = await findResults(database.db, [one.picture.imageId], [one.picture.key])
  expect([transactions, kept?.expiresAt]).toEqual([1, later])
})
