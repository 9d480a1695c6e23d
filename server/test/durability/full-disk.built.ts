// @module-tag slow/shortages
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, realpath, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mountSmallDisk, type SmallDisk, smallDiskMissing } from '../../../acceptance/src/small-disk.ts'
import { createProcess, type ServiceProcess } from '../cluster/process.ts'
import { freePort } from '../services/service.ts'

const mebibyte = 2 ** 20
const reserve = 48 * mebibyte
const skipped = smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`

/** Database, files and all on one small disk: the database stops when it cannot write its log. */
describe.skipIf(smallDiskMissing)(`a full disk under everything${skipped}`, () => {
  let folder: string
  let data: string
  let disk: SmallDisk
  let service: ServiceProcess
  let token: string
  const kept = new Map<string, string>()
  /** A job whose result is kept for its time only. */
  let passing: string

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-full-')))
    data = join(folder, 'data')
    await mkdir(data)
    disk = await mountSmallDisk(data, 'size=256m,mode=700')
    service = createProcess('all', {
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      DATA_DIR: data,
      DISK_RESERVE_BYTES: `${reserve}`,
      // The largest file below is as large as the room that is left.
      MAX_FILE_BYTES: `${128 * mebibyte}`,
      RENDER_PROCESSES: '1',
      // Over when the disk is full.
      RESULT_TTL_MS: '15000',
      OUTBOUND_ALLOW: '127.0.0.0/8',
    })
    await service.start()
    token = (await (await post('/api/auth/register', login)).json()).accessToken
    // Whatever the database takes, there is so much to fill: a segment of its log more than all that is kept.
    await writeFile(join(data, 'filler'), Buffer.alloc((await free()) - reserve - 58 * mebibyte))
  }, 180_000)
  afterAll(async () => {
    await service?.stop()
    await disk?.unmount()
    await rm(folder, { recursive: true, force: true })
  }, 120_000)

  const login = { username: 'full', password: 'of pictures 1' }
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(service.url + path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
  const post = (path: string, body: object) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code]

  /** Few pixels and many bytes: a chunk that every decoder passes over. */
  async function heavy(bytes: number): Promise<Buffer> {
    const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#369' } })
      .png()
      .toBuffer()
    const body = Buffer.concat([Buffer.from('prVt'), randomBytes(bytes)])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(bytes)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([png.subarray(0, -12), length, body, sum, png.subarray(-12)])
  }
  async function upload(bytes: Buffer, path = '/api/images'): Promise<[number, string]> {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(bytes)]), 'photo.png')
    const answer = await ask(path, { method: 'POST', body: form })
    const { id = '', code = '' } = await answer.json()
    if (answer.status === 201) kept.set(id, sha256(bytes))
    return [answer.status, code]
  }
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const free = async () => {
    const { bavail, bsize } = await statfs(data)
    return bavail * bsize
  }
  const diskPart = async () => (await (await ask('/ready')).json()).parts.disk
  const intact = async () => {
    for (const [id, sha] of kept) {
      const answer = await ask(`/images/${id}?preset=original`)
      expect([answer.status, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([200, sha])
    }
  }
  const finished = async (): Promise<void> => {
    await vi.waitFor(
      async () => {
        const { items } = await (await ask('/api/jobs?limit=200')).json()
        expect(items.filter(({ status }: { status: string }) => status !== 'complete')).toEqual([])
      },
      { timeout: 90_000, interval: 200 },
    )
  }
  const filesBelow = async (path: string) =>
    (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())

  it('refuses what is new while room is left, and says so', async () => {
    expect(await diskPart()).toEqual({ status: 'ok' })
    // One that would not fit is told while it comes, and leaves nothing.
    const [first] = await upload(await heavy(2 * mebibyte))
    expect(first).toBe(201)
    const [id = ''] = kept.keys()
    await finished()
    passing = (await (await post(`/api/images/${id}/transform`, { width: 9, saveImage: false })).json()).jobId
    await finished()
    expect(await filesBelow(join(data, 'results'))).toHaveLength(1)
    // More than there is room for, also where the database gives segments of its log (16 MiB each) back meanwhile.
    const tooMuch = (await free()) - reserve + 64 * mebibyte
    expect(await upload(await heavy(tooMuch))).toEqual([507, 'storage_full'])
    expect(await filesBelow(join(data, 'storage', '.drafts'))).toEqual([])

    const small = await heavy(2 * mebibyte)
    for (let refusals = 0; refusals < 3; ) {
      const [status, code] = await upload(small)
      if (status === 201) continue
      expect([status, code]).toEqual([507, 'storage_full'])
      refusals += 1
    }
    expect(kept.size).toBeGreaterThan(3)
    expect(await free()).toBeGreaterThan(40 * mebibyte)
    expect((await ask('/ready')).status).toBe(200)
    expect(await diskPart()).toMatchObject({ status: 'degraded', detail: expect.stringContaining('full') })
    expect(await (await ask('/metrics')).text()).toMatch(/^rendition_disk_full 1$/m)

    expect(await upload(small, `/api/images/${id}/replace`)).toEqual([507, 'storage_full'])
    const work: [string, object][] = [
      ['/api/images/import', { url: 'http://127.0.0.1:9/x.png' }],
      [`/api/images/${id}/transform`, { width: 9, saveImage: true }],
      [`/api/images/${id}/transform`, { width: 9, saveImage: false }],
      ['/api/jobs', { imageId: id, type: 'renditions' }],
    ]
    for (const [path, body] of work) {
      expect([path, ...(await codeOf(await post(path, body)))]).toEqual([path, 507, 'storage_full'])
    }
  }, 180_000)

  it('goes on reading, rendering, signing in and changing what is small', async () => {
    await intact()
    for (const id of kept.keys()) expect((await ask(`/images/${id}?width=17`)).status).toBe(200)
    const again = await post('/api/auth/login', login)
    expect(again.status).toBe(200)
    const { refreshToken } = await again.json()
    expect((await post('/api/auth/refresh', { refreshToken })).status).toBe(200)
    expect((await post('/api/auth/register', { ...login, username: 'another' })).status).toBe(201)
    const [id] = kept.keys()
    const change = { method: 'PATCH', headers: { 'content-type': 'application/json' } }
    expect((await ask(`/api/images/${id}`, { ...change, body: '{"tags":["full"]}' })).status).toBe(200)
  }, 60_000)

  it('finishes what it had accepted', finished, 100_000)

  it('sweeps, deletes everything, and takes uploads again, without a restart', async () => {
    expect(await diskPart()).toMatchObject({ status: 'degraded' })
    const pid = service.pid()
    await vi.waitFor(async () => expect((await ask(`/api/jobs/${passing}/result`)).status).toBe(410), 30_000)
    await vi.waitFor(async () => expect(await filesBelow(join(data, 'results'))).toEqual([]), {
      timeout: 60_000,
      interval: 200,
    })
    for (const id of kept.keys())
      expect((await ask(`/api/images/${id}`, { method: 'DELETE' })).status).toBe(204)
    kept.clear()
    expect(await filesBelow(join(data, 'storage', 'images')).catch(() => [])).toEqual([])
    await vi.waitFor(async () => expect(await upload(await heavy(mebibyte))).toEqual([201, '']), 10_000)
    expect(await diskPart()).toEqual({ status: 'ok' })
    expect(service.pid()).toBe(pid)
  }, 120_000)

  it('survives somebody else who fills the disk to its last byte', async () => {
    const filler = join(data, 'of-somebody-else')
    await writeFile(filler, Buffer.alloc(await free())).catch(() => {})
    expect(await free()).toBeLessThan(mebibyte)
    expect(await upload(await heavy(mebibyte))).toEqual([507, 'storage_full'])
    for (let n = 0; n < 20; n += 1) {
      const { status } = await post('/api/auth/login', login)
      expect([200, 429, 503, 507]).toContain(status)
    }
    await rm(filler)
    await vi.waitFor(async () => expect((await upload(await heavy(mebibyte)))[0]).toBe(201), {
      timeout: 60_000,
      interval: 200,
    })
    await intact()
  }, 120_000)
})
