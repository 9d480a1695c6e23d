import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import type { Database, Transaction } from '../src/platform/database/port.ts'
import type { Storage } from '../src/platform/storage/port.ts'
import { createLogger } from '../src/platform/telemetry/logger.ts'
import { sweepOwnerless } from '../src/roles/ownerless.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** An account is erased while something of its is being written: nothing of it may stay, whenever that was. */
let house: WholeHouse
let picture: Buffer
beforeAll(async () => {
  house = await openWholeHouse({ wrap: interrupted })
  picture = await jpeg(60, 40)
  await join()
})
afterAll(() => house?.close())

let calls = 0
let trigger: { at: number; run: () => Promise<void> } | null = null

/** Counts a call to the database or the files; before the one that is waited for, it lets something else happen. */
async function step(): Promise<void> {
  calls += 1
  if (trigger === null || calls < trigger.at) return
  const { run } = trigger
  trigger = null
  await run()
}

function interrupted({ db, storage }: { db: Database; storage: Storage }): {
  db: Database
  storage: Storage
} {
  const counted = <T extends object>(port: T, more: Partial<T> = {}): T =>
    new Proxy(port, {
      get(target, name) {
        const own = Reflect.get(more, name) ?? Reflect.get(target, name)
        if (typeof own !== 'function') return own
        if (!['query', 'put', 'get', 'head', 'delete', 'commit', 'discard', 'draft'].includes(String(name))) {
          return own.bind(target)
        }
        return async (...given: unknown[]) => {
          await step()
          return Reflect.apply(own, target, given)
        }
      },
    })
  return {
    db: counted(db, {
      transaction: (work) => db.transaction((tx: Transaction) => work(counted(tx))),
    }),
    storage: counted(storage, { draft: async () => counted(await storage.draft()) }),
  }
}

async function send<T>(method: string, path: string, token: string, body?: FormData | object) {
  const form = body instanceof FormData
  const answer = await fetch(house.url + path, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as T }
}

async function join(): Promise<{ id: string; token: string }> {
  const made = await send<{ accessToken: string; user: { id: string } }>('POST', '/api/auth/register', '', {
    username: `u${randomUUID().slice(0, 18)}`,
    password: 'correct horse',
  })
  return { id: made.body.user.id, token: made.body.accessToken }
}

function upload(token: string) {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(picture)]), 'a.jpg')
  return send<{ id: string }>('POST', '/api/images', token, form)
}

/** Erases the account, and resolves when that is done or waits for a lock that somebody holds. */
function erasing(token: string): { begin: () => Promise<void>; done: () => Promise<void> } {
  let erased: Promise<unknown> | undefined
  return {
    async begin() {
      let over = false
      erased = send('DELETE', '/api/auth/me', token).then((answer) => {
        over = true
        expect(answer.status).toBe(204)
      })
      await vi.waitFor(
        async () => {
          const [row] = await real().query<{ n: number }>(
            // Of this database alone: other tests share the server.
            `select count(*) as n from pg_stat_activity
             where wait_event_type = 'Lock' and datname = current_database()`,
          )
          expect(over || (row?.n ?? 0) > 0).toBe(true)
        },
        { timeout: 30_000, interval: 10 },
      )
    },
    async done() {
      await erased
    },
  }
}

const real = (): Database => house.database

/** What any table holds of the owner; a new table with such a column is looked at by itself. Receipts outlive what they are of. */
async function rowsOf(ownerId: string): Promise<Record<string, number>> {
  const columns = await real().query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column from information_schema.columns c
     where c.table_schema = 'public' and c.column_name in ('owner_id', 'user_id')
       and c.table_name <> 'receipts'`,
  )
  expect(columns.length).toBeGreaterThan(8)
  const found: Record<string, number> = {}
  for (const { table, column } of columns) {
    const [row] = await real().query<{ n: number }>(
      `select count(*) as n from ${table} where ${column} = $1`,
      [ownerId],
    )
    if ((row?.n ?? 0) > 0) found[table] = row?.n ?? 0
  }
  return found
}

async function expectNothingOf(ownerId: string, when: string): Promise<void> {
  await vi.waitFor(async () => expect(await rowsOf(ownerId), when).toEqual({}), {
    timeout: 30_000,
    interval: 20,
  })
}

const blobs = async (): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key } of house.parts.storage.list('images/')) keys.push(key)
  return keys
}

const long = { tags: 'slow/any-moment', timeout: 300_000 }

it('leaves nothing of an upload, erased before any of its steps', long, async () => {
  const statuses = new Set<number>()
  for (let at = 1; ; at += 1) {
    const { id, token } = await join()
    const erase = erasing(token)
    calls = 0
    trigger = { at, run: erase.begin }
    const answer = await upload(token)
    const reached = trigger === null
    trigger = null
    if (!reached) await erase.begin()
    await erase.done()
    statuses.add(answer.status)
    await expectNothingOf(id, `erased before step ${at}`)
    if (!reached) break
  }
  expect([...statuses].sort()).toEqual([201, 401])
  await vi.waitFor(async () => expect(await blobs()).toEqual([]), { timeout: 30_000, interval: 50 })
})

// An account with five requests each: a second alone, six beside everything else. `ERASINGS=20` for a longer look.
it('leaves nothing of jobs, erased at any time while they run', long, async () => {
  const between = Math.ceil(120 / Number(process.env.ERASINGS ?? 11))
  for (let at = 1; at < 120; at += between) {
    const { id, token } = await join()
    const image = (await upload(token)).body.id
    const erase = erasing(token)
    calls = 0
    trigger = { at, run: erase.begin }
    const asked = await Promise.all([
      send('POST', `/api/images/${image}/transform`, token, { saveImage: true, width: 20 }),
      send('POST', `/api/images/${image}/transform`, token, { saveImage: false, width: 10 }),
      send('POST', '/api/images/import', token, { url: 'http://127.0.0.1:9/a.jpg' }),
      send('POST', '/api/webhooks', token, { url: 'http://127.0.0.1:9/hook' }),
      send('POST', '/api/auth/keys', token, {}),
    ])
    expect(asked.every(({ status }) => status < 500)).toBe(true)
    // Its steps come for as long as anything runs; in a quiet house those of the sweeps.
    await vi.waitFor(() => expect(trigger).toBeNull(), { timeout: 30_000, interval: 5 })
    await erase.done()
    await expectNothingOf(id, `erased before step ${at}`)
  }
  // Nor of results, which lie beside the files.
  await vi.waitFor(async () => expect(await readdir(house.parts.folder.results)).toEqual([]), {
    timeout: 30_000,
    interval: 50,
  })
})

it('finds what belongs to nobody, and removes it', async () => {
  const nobody = randomUUID()
  const { id, token } = await join()
  const image = (await upload(token)).body.id
  await real().query('update images set owner_id = $2 where id = $1', [image, nobody])
  await real().query('update jobs set owner_id = $2 where owner_id = $1', [id, nobody])
  await real().query(`insert into webhooks (id, owner_id, url, secret) values ($1, $1, 'http://x', 's')`, [
    randomUUID(),
  ])
  await sweepOwnerless(house.parts.db, house.rooms, createLogger('silent'))
  await expectNothingOf(nobody, 'swept')
  const [left] = await real().query<{ n: number }>('select count(*) as n from webhooks')
  expect(left?.n).toBe(0)
  expect((await send('GET', '/api/auth/me', token)).status).toBe(200)
  await vi.waitFor(
    async () => expect((await blobs()).filter((key) => key.includes(image))).toEqual([]),
    30_000,
  )
})

it('an account has no more webhooks and keys than it may, however many are made at once', async () => {
  const { token } = await join()
  // They wait for each other, on a busy machine longer than a request may: who is told so asks again.
  const patiently = async (path: string, body: object) => {
    for (;;) {
      const answer = await send('POST', path, token, body)
      if (answer.status !== 503) return answer
    }
  }
  const many = (path: string, body: object, count: number) =>
    Promise.all(Array.from({ length: count }, () => patiently(path, body)))
  const hooks = await many('/api/webhooks', { url: 'http://127.0.0.1:9/hook' }, 70)
  expect(hooks.filter(({ status }) => status === 201)).toHaveLength(50)
  expect(hooks.filter(({ status }) => status === 403)).toHaveLength(20)
  const keys = await many('/api/auth/keys', {}, 115)
  expect(keys.filter(({ status }) => status === 201)).toHaveLength(100)
  expect(keys.filter(({ status }) => status === 409)).toHaveLength(15)
})
