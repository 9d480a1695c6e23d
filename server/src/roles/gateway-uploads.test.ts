import { createHash } from 'node:crypto'
import { type AddressInfo, connect } from 'node:net'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { mountSmallDisk, smallDiskMissing } from '../../../acceptance/src/small-disk.ts'
import { sendByTus } from '../../../acceptance/src/tus.ts'
import { openWorkshop, type Workshop } from '../../test/workshop.ts'
import { quarters } from '../images/testing/pictures.ts'
import { bytesType, createTusClient, idOf } from '../images/testing/tus-client.ts'
import { type Closers, startGateway } from './testing/gateway.ts'

let shop: Workshop
const closers: Closers = []
/** Where the next request goes. */
let door: string
const { send, begin, patch, get } = createTusClient(() => door)
beforeAll(async () => {
  shop = await openWorkshop()
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  await shop.close()
})

it('an upload goes on through another gateway when the one that it came by is replaced', async () => {
  const upstream = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  const first = await startGateway(upstream, closers)
  door = first.url
  const user = shop.user()
  const picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
  const path = await begin(user, picture)
  const socket = connect(Number(new URL(door).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    `PATCH ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\ntus-resumable: 1.0.0\r\n` +
      `upload-offset: 0\r\ncontent-type: ${bytesType}\r\ncontent-length: ${picture.length}\r\n\r\n`,
  )
  socket.write(picture.subarray(0, 600_000))
  await vi.waitFor(
    async () => {
      const rows = await shop.database.db.query('select lease_holder from uploads where id = $1', [
        idOf(path),
      ])
      expect(rows[0]?.lease_holder).not.toBeNull()
    },
    { timeout: 10_000, interval: 20 },
  )
  const second = await startGateway(upstream, closers)
  const stopped = first.stop()
  door = second.url
  const asked = await vi.waitFor(
    async () => {
      const answer = await send(user, 'HEAD', path)
      expect(answer.status).toBe(200)
      return answer
    },
    { timeout: 20_000, interval: 100 },
  )
  const at = Number(asked.headers.get('upload-offset'))
  expect(at).toBeLessThanOrEqual(600_000)
  const last = await patch(user, path, at, picture.subarray(at))
  const image = await get<Image>(user, `/api/images/${last.headers.get('x-image-id')}`)
  expect(image.sha256).toBe(createHash('sha256').update(picture).digest('hex'))
  socket.destroy()
  await stopped
}, 60_000)

it('bytes of guests, and those of a POST for a PATCH, pass a gateway as they come', async () => {
  const upstream = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  door = (await startGateway(upstream, closers)).url
  const user = shop.user()
  const album = await shop.app.inject({
    method: 'POST',
    url: '/api/albums',
    headers: user.headers,
    payload: { name: 'Party' },
  })
  const wanted = { albumId: album.json<{ id: string }>().id, downloads: false, uploads: true }
  const { token } = await shop.images.shares.create(user, wanted, '127.0.0.1')
  const picture = await quarters(300, 200).png({ compressionLevel: 0 }).toBuffer()
  expect(picture.length).toBeGreaterThan(2 * 65_536)
  const doors = [
    { at: '/api/uploads', by: user },
    { at: `/api/shared/${token}/uploads`, by: { headers: {} } },
  ]
  const typed = { 'content-type': bytesType }
  for (const { at, by } of doors) {
    const length = { 'upload-length': String(picture.length) }
    for (const override of [{}, { 'x-http-method-override': 'PATCH' }]) {
      const begun = await send(by, 'POST', at, length)
      const method = Object.keys(override).length === 0 ? 'PATCH' : 'POST'
      const headers = { ...typed, ...override, 'upload-offset': '0' }
      const sent = await send(by, method, begun.headers.get('location') ?? '', headers, picture)
      expect([at, method, sent.status]).toEqual([at, method, 204])
    }
    expect((await send(by, 'POST', at, { ...length, ...typed }, picture)).status).toBe(201)
  }
}, 60_000)

const noDisk = smallDiskMissing === undefined ? '' : ` [no full disk: ${smallDiskMissing}]`
it(`tus-js-client goes on when the gateway is replaced and the disk was full${noDisk}`, async () => {
  const upstream = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  const first = await startGateway(upstream, closers)
  door = first.url
  const user = shop.user()
  const picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
  const disk =
    smallDiskMissing === undefined ? await mountSmallDisk(`${shop.folder}/.growing`, 'size=1m') : null
  try {
    let replaced: Promise<unknown> | undefined
    const seen: string[] = []
    const { imageId } = await sendByTus(picture, {
      endpoint: `${first.url}/api/uploads`,
      token: () => user.headers.authorization?.replace('Bearer ', '') ?? '',
      chunkSize: 200_000,
      onChunkComplete(_size, accepted) {
        if (accepted < 400_000 || replaced !== undefined) return
        replaced = first.stop().then(() => startGateway(upstream, closers, new URL(first.url).port))
      },
      async onAfterResponse(request, response) {
        seen.push(`${request.getMethod()} ${response.getStatus()}`)
        if (response.getStatus() === 507) await disk?.remount('size=8m')
      },
    })
    expect(replaced).toBeDefined()
    await replaced
    expect(seen.filter((each) => each.startsWith('POST'))).toEqual(['POST 201'])
    if (disk !== null) expect(seen).toContain('PATCH 507')
    const image = await get<Image>(user, `/api/images/${imageId}`)
    expect(image.sha256).toBe(createHash('sha256').update(picture).digest('hex'))
  } finally {
    await disk?.unmount()
  }
}, 60_000)
