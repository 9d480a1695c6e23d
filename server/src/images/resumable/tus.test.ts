import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import type { Image, Upload } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mountSmallDisk, smallDiskMissing } from '../../../../acceptance/src/small-disk.ts'
import { keyOf, type User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, quarters } from '../testing/pictures.ts'
import { bytesType, createTusClient, metadataOf, type Sent } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
const quota = 60_000_000
beforeAll(async () => {
  shop = await openWorkshop({
    images: {
      maxUploadBytes: 40_000_000,
      quotaBytes: quota,
      maxUnfinished: 20,
      uploadLeastRate: 1_000,
      uploadPaceMs: 20_000,
    },
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, create, begin, patch, get } = createTusClient(() => origin)
const offsetOf = async (user: User, path: string): Promise<number> => {
  const { status, headers } = await send(user, 'HEAD', path)
  expect(status).toBe(200)
  return Number(headers.get('upload-offset'))
}
const list = async (user: User) => (await get<{ items: Upload[] }>(user, '/api/uploads')).items
const growing = () => readdir(`${shop.folder}/.growing`)
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

describe('an upload in pieces', () => {
  it('becomes an image like any other, and says so with its last byte and to whoever asks again', async () => {
    const user = shop.user()
    const path = await begin(user, picture, {
      filename: 'Żółw.png',
      filetype: 'text/plain',
      visibility: 'public',
      tags: 'a,b',
    })
    const half = Math.floor(picture.length / 2)
    const first = await patch(user, path, 0, picture.subarray(0, half))
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(half)])
    expect(new Date(first.headers.get('upload-expires') ?? 0).getTime()).toBeGreaterThan(Date.now())
    expect(await list(user)).toMatchObject([
      { originalName: 'Żółw.png', offset: half, length: picture.length, url: path, kind: 'whole' },
    ])
    expect(await offsetOf(user, path)).toBe(half)
    const last = await patch(user, path, half, picture.subarray(half))
    expect([last.status, last.headers.get('upload-offset')]).toEqual([204, String(picture.length)])
    const imageId = last.headers.get('x-image-id') ?? ''
    const image = await get<Image>(user, `/api/images/${imageId}`)
    expect(image).toMatchObject({
      originalName: 'Żółw.png',
      contentType: 'image/png',
      visibility: 'public',
      tags: ['a', 'b'],
      sha256: sha256(picture),
      jobId: last.headers.get('x-job-id'),
    })
    const original = await shop.app.inject({ url: `/api/images/${imageId}`, headers: user.headers })
    expect(original.statusCode).toBe(200)
    // As of any upload; they are told a moment later.
    await vi.waitFor(async () => {
      const events = await shop.database.db.query<{ type: string }>(
        'select type from events where owner_id = $1',
        [user.userId],
      )
      const types = events.map(({ type }) => type)
      expect(types).toEqual(expect.arrayContaining(['image.created', 'upload.complete']))
    })
    const again = await send(user, 'HEAD', path)
    expect([again.status, again.headers.get('upload-offset'), again.headers.get('x-image-id')]).toEqual([
      200,
      String(picture.length),
      imageId,
    ])
    expect(await list(user)).toEqual([])
    expect(await growing()).not.toContain(path.split('/').at(-1))
    expect((await send(user, 'DELETE', path)).status).toBe(204)
    expect((await get<Image>(user, `/api/images/${imageId}`)).id).toBe(imageId)
  })

  it('comes with its creation', async () => {
    const user = shop.user()
    const headers = { 'upload-length': String(picture.length), 'content-type': bytesType }
    const made = await send(user, 'POST', '/api/uploads', headers, picture)
    expect([made.status, made.headers.get('upload-offset')]).toEqual([201, String(picture.length)])
    const image = await get<Image>(user, `/api/images/${made.headers.get('x-image-id')}`)
    expect([image.sha256, image.originalName]).toEqual([sha256(picture), 'image'])
  })

  it('says its length later', async () => {
    const user = shop.user()
    const path = await create(user, { 'upload-defer-length': '1' })
    expect((await patch(user, path, 0, picture.subarray(0, 100))).status).toBe(204)
    const asked = await send(user, 'HEAD', path)
    expect([asked.headers.get('upload-defer-length'), asked.headers.get('upload-length')]).toEqual([
      '1',
      null,
    ])
    const more = { 'upload-length': String(picture.length) }
    const last = await patch(user, path, 100, picture.subarray(100), more)
    expect([last.status, last.headers.get('x-image-id')]).toEqual([204, expect.any(String)])
  })

  it('is of its owner alone', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const stranger = shop.user()
    for (const [method, headers] of [
      ['HEAD', {}],
      ['PATCH', { 'content-type': bytesType, 'upload-offset': '0' }],
      ['DELETE', {}],
    ] as const) {
      const answer = await send(stranger, method, path, headers, method === 'PATCH' ? picture : undefined)
      expect(answer.status).toBe(404)
    }
    expect(await list(stranger)).toEqual([])
    const reader = { headers: keyOf(user, 'images:read') }
    expect((await send(reader, 'POST', '/api/uploads', { 'upload-length': '5' })).status).toBe(403)
    expect(await offsetOf(user, path)).toBe(0)
    expect((await send(user, 'DELETE', path)).status).toBe(204)
    expect((await send(user, 'HEAD', path)).status).toBe(404)
    expect(await growing()).not.toContain(path.split('/').at(-1))
  })

  it('counts nothing of a body whose checksum is another', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const digest = (bytes: Buffer, name = 'sha1') => createHash(name).update(bytes).digest('base64')
    const part = picture.subarray(0, 200_000)
    const wrong = await patch(user, path, 0, part, { 'upload-checksum': `sha1 ${digest(picture)}` })
    expect([wrong.status, wrong.body.code]).toEqual([460, 'checksum_mismatch'])
    expect(await offsetOf(user, path)).toBe(0)
    const unknown = await patch(user, path, 0, part, { 'upload-checksum': 'crc32 AAAA' })
    expect([unknown.status, unknown.body.code]).toEqual([400, 'invalid_request'])
    expect((await patch(user, path, 0, part, { 'upload-checksum': `sha1 ${digest(part)}` })).status).toBe(204)
    const rest = picture.subarray(200_000)
    const sum = `sha256 ${digest(rest, 'sha256')}`
    const last = await patch(user, path, 200_000, rest, { 'upload-checksum': sum })
    expect((await get<Image>(user, `/api/images/${last.headers.get('x-image-id')}`)).sha256).toBe(
      sha256(picture),
    )
  })

  it('is made of partial ones, which are no images and gone with it', async () => {
    const user = shop.user()
    const cuts = [0, 100_000, 1_300_000, picture.length]
    const paths: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const part = picture.subarray(cuts[n], cuts[n + 1])
      const path = await create(user, { 'upload-length': String(part.length), 'upload-concat': 'partial' })
      const sent = await patch(user, path, 0, part)
      expect([sent.status, sent.headers.get('x-image-id')]).toEqual([204, null])
      expect((await send(user, 'HEAD', path)).headers.get('upload-concat')).toBe('partial')
      paths.push(path)
    }
    const metadata = metadataOf({ filename: 'joined.png' })
    const concat = `final;${origin}${paths[0]} ${paths[1]} ${paths[2]}`
    const final = await send(user, 'POST', '/api/uploads', {
      'upload-concat': concat,
      'upload-metadata': metadata,
    })
    expect(final.status).toBe(201)
    const image = await get<Image>(user, `/api/images/${final.headers.get('x-image-id')}`)
    expect([image.sha256, image.originalName]).toEqual([sha256(picture), 'joined.png'])
    const path = final.headers.get('location') ?? ''
    const asked = await send(user, 'HEAD', path)
    expect([asked.status, asked.headers.get('upload-concat')]).toEqual([200, `final;${paths.join(' ')}`])
    expect((await patch(user, path, 0, picture)).status).toBe(403)
    for (const each of paths) expect((await send(user, 'HEAD', each)).status).toBe(404)
    expect(await growing()).toEqual([])
    const other = await send(shop.user(), 'POST', '/api/uploads', { 'upload-concat': concat })
    expect(other.status).toBe(404)
  })

  it('gives its metadata back as they came, also where they are no UTF-8 or have no values', async () => {
    const user = shop.user()
    const odd = `filename ${Buffer.from([0x66, 0xff, 0xc3, 0x28]).toString('base64')},own /+8=,flag,visibility dW5kZWZpbmVk,tags dW5kZWZpbmVk,sha256 dW5kZWZpbmVk,empty `
    const path = await create(user, { 'upload-length': String(picture.length), 'upload-metadata': odd })
    const asked = await send(user, 'HEAD', path)
    expect(asked.headers.get('upload-metadata')).toBe(odd.trimEnd())
    const { headers } = await patch(user, path, 0, picture)
    const image = await get<Image>(user, `/api/images/${headers.get('x-image-id')}`)
    // Uppy says `undefined` where it has no value.
    expect([image.originalName, image.visibility, image.tags]).toEqual(['f\ufffd\ufffd(', 'private', []])
  })
})

describe('what is refused', () => {
  it('is refused in the words of everything else, with the version of the protocol', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const cases: [Promise<Sent>, number, string][] = [
      [
        send(user, 'POST', '/api/uploads', { 'tus-resumable': '0.2.2', 'upload-length': '5' }),
        412,
        'tus_version',
      ],
      [send(user, 'POST', '/api/uploads', {}), 400, 'invalid_request'],
      [send(user, 'POST', '/api/uploads', { 'upload-length': '40000001' }), 413, 'file_too_large'],
      [
        send(user, 'POST', '/api/uploads', { 'upload-length': '5', 'upload-metadata': 'a b c' }),
        400,
        'invalid_request',
      ],
      [
        send(user, 'POST', '/api/uploads', {
          'upload-length': '5',
          'upload-metadata': metadataOf({ visibility: 'secret' }),
        }),
        400,
        'invalid_request',
      ],
      [patch(user, path, 7, picture), 409, 'offset_mismatch'],
      [
        send(user, 'PATCH', path, { 'content-type': 'image/png', 'upload-offset': '0' }, picture),
        415,
        'unsupported_media_type',
      ],
      [
        send(user, 'POST', '/api/uploads', { 'upload-concat': 'final;/api/uploads/x' }),
        400,
        'invalid_request',
      ],
      // Not the last of them alone.
      [
        send(user, 'POST', '/api/uploads', { 'upload-concat': `final;${path},${path}` }),
        400,
        'invalid_request',
      ],
    ]
    for (const [sending, status, code] of cases) {
      const sent = await sending
      expect([sent.status, sent.body.code, sent.headers.get('tus-resumable')]).toEqual([
        status,
        code,
        '1.0.0',
      ])
    }
    const answer = await fetch(`${origin}/api/uploads`, { method: 'POST', headers: user.headers })
    expect([answer.status, answer.headers.get('tus-version')]).toEqual([412, '1.0.0'])
    const able = await fetch(`${origin}/api/uploads`, { method: 'OPTIONS' })
    expect([able.status, able.headers.get('tus-max-size')]).toEqual([204, '40000000'])
    expect(able.headers.get('tus-extension')?.split(',')).toEqual(
      expect.arrayContaining([
        'checksum',
        'concatenation',
        'creation-with-upload',
        'expiration',
        'termination',
      ]),
    )
    expect(able.headers.get('tus-checksum-algorithm')).toContain('sha1')
    await send(user, 'DELETE', path)
  })

  it.each([
    ['a text', () => Buffer.alloc(30_000_000, 'not a picture '), 415, 'unsupported_media_type'],
    ['a bomb', async () => bomb(await jpeg(64, 64)), 422, 'too_many_pixels'],
  ])('%s is refused by its first bytes, and leaves nothing', async (_what, make, status, code) => {
    const user = shop.user()
    const bytes = await make()
    const path = await begin(user, bytes)
    const answer = await beginPatch(user, path, bytes.length, bytes.subarray(0, 100_000)).answer
    expect(answer).toContain(`HTTP/1.1 ${status}`)
    expect(answer).toContain(code)
    expect((await send(user, 'HEAD', path)).status).toBe(404)
    expect(await growing()).not.toContain(path.split('/').at(-1))
  })

  it('a small one is refused with its last byte', async () => {
    const user = shop.user()
    const path = await begin(user, Buffer.from('short'))
    const answer = await patch(user, path, 0, Buffer.from('short'))
    expect([answer.status, answer.body.code]).toEqual([415, 'unsupported_media_type'])
    expect((await send(user, 'HEAD', path)).status).toBe(404)
  })

  it('what is reserved counts', async () => {
    const user = shop.user()
    const path = await create(user, { 'upload-length': String(35_000_000) })
    const second = await send(user, 'POST', '/api/uploads', { 'upload-length': String(quota - 34_000_000) })
    expect([second.status, second.body.code]).toEqual([403, 'quota_exceeded'])
    await send(user, 'DELETE', path)
    await send(user, 'DELETE', await create(user, { 'upload-length': String(quota - 34_000_000) }))
  })

  it('more unfinished ones than an account may have', async () => {
    const user = shop.user()
    for (let n = 0; n < 20; n += 1) await create(user, { 'upload-length': '10' })
    const more = await send(user, 'POST', '/api/uploads', { 'upload-length': '10' })
    expect([more.status, more.body.code]).toEqual([429, 'rate_limited'])
    expect(await list(user)).toHaveLength(20)
    await shop.images.holdings.deleteAllOf(user.userId)
    expect(await list(user)).toEqual([])
    expect(await growing()).toEqual([])
  })
})

/** A JPEG that says it has 65,000 × 65,000 pixels, and goes on for long. */
function bomb(small: Buffer): Buffer {
  const bytes = Buffer.concat([small, Buffer.alloc(5_000_000)])
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(65_000, at + 5)
  bytes.writeUInt16BE(65_000, at + 7)
  return bytes
}

/** A PATCH of which only the beginning comes. */
function beginPatch(user: User, path: string, length: number, beginning: Buffer) {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => undefined)
  const answer = new Promise<string>((resolve) => {
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard.includes('\r\n\r\n')) resolve(heard)
    })
    socket.once('close', () => resolve(heard))
  })
  socket.write(
    `PATCH ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\n` +
      `tus-resumable: 1.0.0\r\nupload-offset: 0\r\ncontent-type: ${bytesType}\r\ncontent-length: ${length}\r\n\r\n`,
  )
  socket.write(beginning)
  return { socket, answer }
}

describe('a line that is cut or stuck', () => {
  it('keeps what came', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const { socket } = beginPatch(user, path, picture.length, picture.subarray(0, 300_000))
    socket.end()
    // Not by HEAD, which would end it sooner.
    await vi.waitFor(async () => expect(await sizeOf(path)).toBe(300_000), { timeout: 20_000 })
    expect(await offsetOf(user, path)).toBe(300_000)
    const last = await patch(user, path, 300_000, picture.subarray(300_000))
    expect((await get<Image>(user, `/api/images/${last.headers.get('x-image-id')}`)).sha256).toBe(
      sha256(picture),
    )
  })

  it('a HEAD makes a stuck PATCH yield with what it has', async () => {
    const user = shop.user()
    const path = await begin(user, picture)
    const { socket, answer } = beginPatch(user, path, picture.length, picture.subarray(0, 123_456))
    await vi.waitFor(async () => expect(await stuck(path)).toBe(true), { timeout: 10_000 })
    const at = await offsetOf(user, path)
    expect(at).toBeLessThanOrEqual(123_456)
    expect(await answer).toContain(`upload-offset: ${at}`)
    socket.destroy()
    const last = await patch(user, path, at, picture.subarray(at))
    const image = await get<Image>(user, `/api/images/${last.headers.get('x-image-id')}`)
    expect(image.sha256).toBe(sha256(picture))
  })

  const sizeOf = async (path: string): Promise<unknown> => {
    const id = path.split('/').at(-1) ?? ''
    return (await shop.database.db.query('select size from uploads where id = $1', [id]))[0]?.size
  }
  const stuck = async (path: string): Promise<boolean> => {
    const id = path.split('/').at(-1) ?? ''
    const [row] = await shop.database.db.query('select lease_holder from uploads where id = $1', [id])
    return row?.lease_holder !== null
  }
})

it.skipIf(smallDiskMissing)(
  `a disk that is full under it is 507, and what came goes on when there is room${smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`}`,
  async () => {
    // Under what grows alone: the originals lie elsewhere, and a copy takes the place of a second name.
    const disk = await mountSmallDisk(`${shop.folder}/.growing`, 'size=1m')
    try {
      const user = shop.user()
      const path = await begin(user, picture)
      const full = await patch(user, path, 0, picture)
      expect([full.status, full.body.code]).toEqual([507, 'storage_full'])
      const at = await offsetOf(user, path)
      expect(at).toBeGreaterThan(500_000)
      expect(at).toBeLessThan(picture.length)
      await disk.remount('size=8m')
      const last = await patch(user, path, at, picture.subarray(at))
      const image = await get<Image>(user, `/api/images/${last.headers.get('x-image-id')}`)
      expect(image.sha256).toBe(sha256(picture))
    } finally {
      await disk.unmount()
    }
  },
)

it('joined with the digest of the whole: other bytes are refused, and the right ones are the image', async () => {
  const user = shop.user()
  const cut = 700_000
  const partial = async (bytes: Buffer): Promise<string> => {
    const path = await create(user, { 'upload-length': String(bytes.length), 'upload-concat': 'partial' })
    await patch(user, path, 0, bytes)
    return path
  }
  const digest = `sha-256=:${createHash('sha256').update(picture).digest('base64')}:`
  const join = async (paths: readonly string[]) =>
    send(user, 'POST', '/api/uploads', { 'upload-concat': `final;${paths.join(' ')}`, 'repr-digest': digest })
  const parts = [picture.subarray(0, cut), picture.subarray(cut)]
  const [first = '', second = ''] = await Promise.all(parts.map(partial))
  const good = await join([first, second])
  const image = await get<Image>(user, `/api/images/${good.headers.get('x-image-id')}`)
  expect([good.status, image.sha256]).toEqual([201, sha256(picture)])
  const changed = Buffer.from(picture)
  changed.writeUInt8((changed.at(-50) ?? 0) ^ 1, changed.length - 50)
  const others = await Promise.all([changed.subarray(0, cut), changed.subarray(cut)].map(partial))
  const refused = await join(others)
  expect([refused.status, refused.body.code]).toEqual([400, 'digest_mismatch'])
  expect((await get<{ items: Image[] }>(user, '/api/images')).items).toHaveLength(1)
})
