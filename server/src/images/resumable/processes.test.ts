// @module-tag slow/real-servers
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { redisMissing, startRedis } from '../../../test/services/redis.ts'
import { createBucket, s3Missing, s3StorageUrl, startS3 } from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { newUser, startWorks, type User, type Works } from '../../../test/works.ts'
import { openCache } from '../../platform/cache/index.ts'
import { openDatabase } from '../../platform/database/index.ts'
import { openBus } from '../../platform/events/index.ts'
import { openQueue } from '../../platform/queue/index.ts'
import { openStorage, storageKey } from '../../platform/storage/index.ts'
import { quarters } from '../testing/pictures.ts'

const lacking = s3Missing ?? redisMissing
const bytesType = 'application/offset+octet-stream'

/** Two of them share a database, a bucket and a bus, and nothing else. */
describe.skipIf(lacking)(`two processes${lacking === undefined ? '' : ` [skipped: ${lacking}]`}`, () => {
  let folder: string
  let database: TestDatabase
  let s3: Service
  let redis: Service
  let picture: Buffer
  const closers: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-uploads-'))
    database = await testDatabase()
    s3 = await startS3(folder)
    redis = await startRedis(folder)
    await createBucket(s3.url, 'images')
    // The first object of all takes a new cluster many seconds.
    const storage = await openStorage({ url: s3StorageUrl(s3.url, 'images'), folder: join(folder, 'warm') })
    await storage.put(storageKey('images', 'warm', 'original'), Buffer.from('warm'))
    await storage.close()
    picture = await quarters(2400, 1600).png({ compressionLevel: 0 }).toBuffer()
  }, 120_000)
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    await redis?.stop()
    await s3?.stop()
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function start(name: string, busUrl: string): Promise<{ works: Works; port: number }> {
    const db = await openDatabase({ url: database.url, folder: '', migrationsFolder: '', poolSize: 5 })
    closers.push(() => db.close())
    const storage = await openStorage({ url: s3StorageUrl(s3.url, 'images'), folder: join(folder, name) })
    closers.push(() => storage.close())
    const bus = await openBus({ url: busUrl })
    closers.push(() => bus.close())
    const queue = await openQueue({ url: 'local:', retryPauseMs: 50 })
    closers.push(() => queue.close())
    const results = await openCache({ url: 'memory:', maxBytes: 2 ** 24 })
    closers.push(() => results.close())
    const works = await startWorks({ db, storage, queue, bus, results }, {})
    closers.push(() => works.stop())
    await works.app.listen({ host: '127.0.0.1', port: 0 })
    return { works, port: (works.app.server.address() as AddressInfo).port }
  }
  const ask = (
    port: number,
    user: User,
    method: string,
    path: string,
    more: Record<string, string> = {},
    body?: Buffer,
  ) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...user.headers, 'tus-resumable': '1.0.0', ...more },
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    })
  /** A PATCH of which only so much comes, on a line that stays open. */
  async function stick(port: number, user: User, path: string, bytes: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      `PATCH ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\n` +
        `tus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: ${bytesType}\r\n` +
        `content-length: ${picture.length}\r\n\r\n`,
    )
    socket.write(picture.subarray(0, bytes))
    await vi.waitFor(
      async () => {
        const [row] = await database.db.query('select lease_holder from uploads where id = $1', [idOf(path)])
        expect(row?.lease_holder).not.toBeNull()
      },
      { timeout: 10_000, interval: 20 },
    )
    return socket
  }
  const idOf = (path: string): string => path.split('/').at(-1) ?? ''
  const begin = async (port: number, user: User): Promise<string> =>
    (await ask(port, user, 'POST', '/api/uploads', { 'upload-length': `${picture.length}` })).headers.get(
      'location',
    ) ?? ''

  it.each([
    ['told by Redis', () => redis.url],
    ['told by nobody, for the row says it', () => 'memory:'],
  ])(
    'one lets go of an upload that the other wants, %s',
    async (_how, busUrl) => {
      const user = newUser()
      const first = await start('first', busUrl())
      const second = await start('second', busUrl())
      const path = await begin(first.port, user)
      const socket = await stick(first.port, user, path, 1_000_000)
      // While the line stands, and again on 423, as clients do where the storage is slow to take what there is.
      const head = await vi.waitFor(
        async () => {
          const answer = await ask(second.port, user, 'HEAD', path)
          expect(answer.status).toBe(200)
          return answer
        },
        { timeout: 50_000, interval: 100 },
      )
      const at = Number(head.headers.get('upload-offset'))
      expect(at).toBeLessThanOrEqual(1_000_000)
      expect(socket.destroyed).toBe(false)
      socket.destroy()
      // And goes on there, in the other one.
      const more = { 'upload-offset': `${at}`, 'content-type': bytesType }
      const last = await ask(second.port, user, 'PATCH', path, more, picture.subarray(at))
      expect(last.status).toBe(204)
      const imageId = last.headers.get('x-image-id')
      const image = await (await ask(first.port, user, 'GET', `/api/images/${imageId}`)).json()
      expect((image as Image).size).toBe(picture.length)
    },
    60_000,
  )

  it('two that send the same bytes at once make one image', async () => {
    const user = newUser()
    const first = await start('third', redis.url)
    const second = await start('fourth', redis.url)
    const path = await begin(first.port, user)
    const more = { 'upload-offset': '0', 'content-type': bytesType }
    const answers = await Promise.all(
      [first, second].map(({ port }) => ask(port, user, 'PATCH', path, more, picture)),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses[0]).toBe(204)
    // The other one was asked to let go, or found it further.
    expect([204, 409, 423]).toContain(statuses[1])
    const at = Number((await ask(first.port, user, 'HEAD', path)).headers.get('upload-offset'))
    const rest = { ...more, 'upload-offset': `${at}` }
    if (at < picture.length) await ask(second.port, user, 'PATCH', path, rest, picture.subarray(at))
    const asked = await ask(first.port, user, 'HEAD', path)
    expect(asked.headers.get('x-image-id')).not.toBeNull()
    const list = (await (await ask(first.port, user, 'GET', '/api/images')).json()) as { items: Image[] }
    expect(list.items.map(({ size }) => size)).toEqual([picture.length])
  }, 60_000)

  it('a process that is gone keeps others waiting for its lease and no longer', async () => {
    const user = newUser()
    const { port } = await start('fifth', redis.url)
    const path = await begin(port, user)
    await database.db.query(
      `update uploads set lease_holder = gen_random_uuid(), leased_until = now() + interval '3 seconds' where id = $1`,
      [idOf(path)],
    )
    const before = performance.now()
    expect((await ask(port, user, 'HEAD', path)).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThan(1_000)
  }, 60_000)
})
