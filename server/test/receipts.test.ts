import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receipt, ReceiptClaims } from '@rendition/contract'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { run } from '../src/cli/testing/run.ts'
import { jpeg } from '../src/images/testing/pictures.ts'
import type { Database, Transaction } from '../src/platform/database/port.ts'
import type { Storage } from '../src/platform/storage/port.ts'
import { createLogger } from '../src/platform/telemetry/logger.ts'
import { createReceipts } from '../src/receipts/index.ts'
import { pruneReceipts } from '../src/receipts/store/receipts.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** What was erased is told of by a signed receipt: never before it is gone, and always then. */
let house: WholeHouse
let picture: Buffer
let admin: { id: string; token: string }
beforeAll(async () => {
  house = await openWholeHouse({ wrap: killable, env: { RECEIPT_WAIT_MS: '0' } })
  picture = await jpeg(60, 40)
  admin = await join_()
})
afterAll(() => house?.close())

/**
 * Calls to the database and the files that are still let through; then every one of them fails, as where the process has
 * died. Of what runs in it alone: what the house does by itself is another process.
 */
const life = new AsyncLocalStorage<{ left: number }>()

function killable({ db, storage }: { db: Database; storage: Storage }): { db: Database; storage: Storage } {
  const counted = <T extends object>(port: T, more: Partial<T> = {}): T =>
    new Proxy(port, {
      get(target, name) {
        const own = Reflect.get(more, name) ?? Reflect.get(target, name)
        if (typeof own !== 'function') return own
        if (!['query', 'delete', 'list'].includes(String(name))) return own.bind(target)
        return (...given: unknown[]) => {
          const mine = life.getStore()
          if (mine !== undefined) mine.left -= 1
          if (mine !== undefined && mine.left < 0) throw new Error('the process is dead')
          return Reflect.apply(own, target, given)
        }
      },
    })
  const transaction = <T>(work: (tx: Transaction) => Promise<T>) => db.transaction((tx) => work(counted(tx)))
  return { db: counted(db, { transaction }), storage: counted(storage) }
}

async function send<T>(method: string, path: string, token = '', body?: FormData | object) {
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
  return {
    status: answer.status,
    body: (text === '' ? {} : JSON.parse(text)) as T,
    headers: answer.headers,
  }
}

async function join_(): Promise<{ id: string; token: string }> {
  const made = await send<{ accessToken: string; user: { id: string } }>('POST', '/api/auth/register', '', {
    username: `u${randomUUID().slice(0, 18)}`,
    password: 'correct horse',
  })
  return { id: made.body.user.id, token: made.body.accessToken }
}

async function upload(token: string): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(picture)]), 'holiday.jpg')
  return (await send<{ id: string }>('POST', '/api/images', token, form)).body.id
}

const done = (token: string, image: string) =>
  vi.waitFor(
    async () => {
      const { body } = await send<{ status: string }>('GET', `/api/images/${image}`, token)
      expect(body.status).toBe('complete')
    },
    { timeout: 30_000, interval: 50 },
  )

const issue = () => house.rooms.receipts.issueOnce(house.rooms.images.holdings.erased)
const listed = async (token: string, query = ''): Promise<Receipt[]> =>
  (await send<{ items: Receipt[] }>('GET', `/api/receipts${query}`, token)).body.items
const files = async (image: string): Promise<number> => {
  let count = 0
  for await (const _ of house.parts.storage.list(`images/${image}/`)) count += 1
  return count
}
const keys = async () => (await send<JSONWebKeySet>('GET', '/.well-known/receipt-keys.json')).body

/** By another library than the one that signed. */
async function judged(jws: string | null | undefined): Promise<ReceiptClaims> {
  const { payload, protectedHeader } = await compactVerify(jws ?? '', createLocalJWKSet(await keys()))
  expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'erasure-receipt+jwt' })
  return JSON.parse(new TextDecoder().decode(payload)) as ReceiptClaims
}

async function issued(token: string, subject: string): Promise<ReceiptClaims> {
  const found = await vi.waitFor(
    async () => {
      await issue()
      const [receipt] = await listed(token, `?subjectId=${subject}`)
      expect(receipt?.jws).toEqual(expect.any(String))
      return receipt
    },
    { timeout: 30_000, interval: 50 },
  )
  return judged(found?.jws)
}

it('says what went with an image, to its owner alone, in a form that other libraries verify', async () => {
  const ann = await join_()
  const ben = await join_()
  const image = await upload(ann.token)
  await done(ann.token, image)
  const album = await send<{ id: string }>('POST', '/api/albums', ann.token, { name: 'Holidays' })
  await send('POST', `/api/albums/${album.body.id}/images`, ann.token, { imageIds: [image] })
  expect((await fetch(`${house.url}/images/${image}?w=20`, bearer(ann.token))).status).toBe(200)
  expect(await files(image)).toBeGreaterThan(0)
  await send('DELETE', `/api/images/${image}`, ann.token)

  const claims = await issued(ann.token, image)
  const sha256 = createHash('sha256').update(picture).digest('hex')
  expect(claims).toMatchObject({
    sub: image,
    owner: ann.id,
    kind: 'image',
    because: 'request',
    destroyed: {
      images: 1,
      versions: 1,
      originals: {
        count: 1,
        bytes: picture.length,
        listed: [{ image, sha256, bytes: picture.length }],
        digest: createHash('sha256').update(`${image} ${sha256}\n`).digest('hex'),
      },
      albums: 1,
      account: null,
    },
  })
  expect(claims.destroyed.levels.count).toBeGreaterThan(0)
  expect(JSON.stringify(claims)).not.toMatch(/holiday/i)
  expect(await files(image)).toBe(0)

  const [receipt] = await listed(ann.token)
  const path = `/api/receipts/${receipt?.id}`
  expect((await send('GET', path, ben.token)).status).toBe(404)
  expect(await listed(ben.token)).toEqual([])
  expect((await send('GET', '/api/receipts?of=everyone', ben.token)).status).toBe(403)
  expect((await send<Receipt>('GET', path, admin.token)).body.subjectId).toBe(image)
})

const amount = { count: 0, bytes: 0 }
const none = {
  versions: 1,
  levels: amount,
  cached: amount,
  madeByJobs: amount,
  results: 0,
  jobs: 0,
  shares: 0,
  albums: 0,
  exports: 0,
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

it('a changed receipt, another installation’s and other tokens are not taken for one', async () => {
  const image = await upload(admin.token)
  await send('DELETE', `/api/images/${image}`, admin.token)
  await issued(admin.token, image)
  const [receipt] = await listed(admin.token)
  const folder = await mkdtemp(join(tmpdir(), 'rendition-receipt-'))
  try {
    const keyFile = join(folder, 'keys.json')
    await writeFile(keyFile, JSON.stringify(await keys()))
    const verify = async (jws: string) => {
      const file = join(folder, 'receipt.jws')
      await writeFile(file, `${jws}\n`)
      return run(['verify-receipt', file, '--keys', keyFile])
    }
    const jws = receipt?.jws ?? ''
    const good = await verify(jws)
    expect(good).toMatchObject({ code: 0 })
    expect(good.out).toContain(image)

    const [head = '', payload = '', signature = ''] = jws.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as ReceiptClaims
    const other = Buffer.from(JSON.stringify({ ...claims, sub: randomUUID() })).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'erasure-receipt+jwt' })).toString(
      'base64url',
    )
    for (const forged of [
      `${head}.${other}.${signature}`,
      `${none}.${payload}.`,
      `${head}.${payload}.${Buffer.alloc(64).toString('base64url')}`,
      `${head}.${payload}`,
      admin.token,
    ]) {
      expect(await verify(forged)).toMatchObject({ code: 1, out: '' })
    }
    // And the other way round: a receipt signs nobody in.
    expect((await send('GET', '/api/auth/me', jws)).status).toBe(401)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

it('keys stay known after the secrets were changed', async () => {
  const before = await keys()
  const later = createReceipts({
    db: house.database,
    clock: { now: () => new Date() },
    log: createLogger('silent'),
    config: { days: 1, waitMs: 0 },
    secret: 'other secrets',
    issuer: 'x',
    purges: false,
  })
  const kids = (await later.publicKeys()).keys.map(({ kid }) => kid)
  expect(kids).toHaveLength(before.keys.length + 1)
  expect(kids).toEqual(expect.arrayContaining(before.keys.map(({ kid }) => kid)))
})

it('an account’s receipt loses nothing that it is made of, however long it waits, and gets nothing once it is closed', async () => {
  const [account, image, late] = [randomUUID(), randomUUID(), randomUUID()]
  const destroyed = { originals: [], ...none } as const
  const undone = new Error('undone')
  const work = house.database.transaction(async (tx) => {
    const { book } = house.rooms.receipts
    const note = (id: string) => book.noteImage(tx, { id, ownerId: account, because: 'account', destroyed })
    await book.openAccount(tx, account, {})
    await note(image)
    await tx.query(`update receipts set gone_at = now() - interval '800 days' where subject_id = $1`, [image])
    await pruneReceipts(tx, 730, 100_000)
    await book.closeAccount(tx, account)
    await note(late)
    expect(
      await tx.query(
        `select subject_id as id, part_of is not null as part from receipts where owner_id = $1 and kind = 'image'
         order by receipts.id`,
        [account],
      ),
    ).toEqual([
      { id: image, part: true },
      { id: late, part: false },
    ])
    // Nothing of it is to be signed by the house.
    throw undone
  })
  await expect(work).rejects.toBe(undone)
})

it('an erased account has one receipt of everything, which its secret opens', async () => {
  const ann = await join_()
  const images = [await upload(ann.token), await upload(ann.token)].sort()
  await send('POST', '/api/albums', ann.token, { name: 'Mine' })
  const erased = await send('DELETE', '/api/auth/me', ann.token)
  expect(erased.status).toBe(204)
  const token = erased.headers.get('rendition-receipt') ?? ''
  const claimed = async () => send<Receipt>('POST', '/api/receipts/claim', '', { token })
  const jws = await vi.waitFor(
    async () => {
      await issue()
      const { body } = await claimed()
      expect(body.jws).toEqual(expect.any(String))
      return body.jws
    },
    { timeout: 30_000, interval: 100 },
  )
  const { destroyed, ...claims } = await judged(jws)
  expect(claims).toMatchObject({ kind: 'account', sub: ann.id, because: 'account' })
  expect(destroyed.originals.listed.map(({ image }) => image)).toEqual(images)
  expect(destroyed).toMatchObject({ images: 2, account: { albums: 1, sessions: 1, apiKeys: 0 } })
  // Its images are in it, and nowhere else.
  expect(await listed(admin.token, `?of=everyone&subjectId=${images[0]}`)).toEqual([])
  expect(await listed(admin.token, '?of=everyone&kind=account')).toHaveLength(1)
  const wrong = `${token.slice(0, -4)}AAAA`
  expect((await send('POST', '/api/receipts/claim', '', { token: wrong })).status).toBe(403)
  expect(await house.database.query('select 1 from receipts where part_of is not null')).toEqual([])
})

const long = { tags: 'slow/any-moment', timeout: 120_000 }

/** The process dies at each of its steps, and another one begins: what is signed is gone, and what is gone is signed. */
it('dies at any step of erasing, and loses no receipt and issues no false one', long, async () => {
  const principal = await house.rooms.auth.authenticate({ authorization: `Bearer ${admin.token}` })
  if (principal === null) throw new Error('a token names its account')
  const outcomes = new Set<string>()
  for (let steps = 1; ; steps += 1) {
    const image = await upload(admin.token)
    const mine = { left: steps }
    await life.run(mine, async () => {
      await house.rooms.images.library
        .delete(principal, image)
        .then(issue)
        .catch(() => {})
    })
    const [row] = await house.database.query<{ jws: string | null }>(
      'select jws from receipts where subject_id = $1',
      [image],
    )
    if (typeof row?.jws === 'string') expect(await files(image), `signed after ${steps} steps`).toBe(0)
    const there = (await send('GET', `/api/images/${image}`, admin.token)).status === 200
    outcomes.add(there ? 'there' : 'gone')
    if (there) {
      expect(row).toBeUndefined()
    } else {
      // The lease of the dead one is over.
      await house.database.query('update receipts set look_at = now() where look_at is not null')
      expect((await issued(admin.token, image)).sub).toBe(image)
      expect(await files(image)).toBe(0)
    }
    if (mine.left >= 0) break
  }
  expect([...outcomes].sort()).toEqual(['gone', 'there'])
})
