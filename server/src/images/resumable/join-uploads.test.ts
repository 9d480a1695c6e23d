import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { quarters } from '../testing/pictures.ts'
import { createTusClient, idOf } from '../testing/tus-client.ts'

let shop: Workshop
let origin: string
let picture: Buffer
const quota = 60_000_000
beforeAll(async () => {
  shop = await openWorkshop({ images: { quotaBytes: quota } })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  picture = await quarters(900, 700).png({ compressionLevel: 0 }).toBuffer()
})
afterAll(() => shop.close())

const { send, create, patch, get } = createTusClient(() => origin)
const growing = () => readdir(`${shop.folder}/.growing`)

describe('a join', () => {
  async function parts(user: User): Promise<string[]> {
    const paths: string[] = []
    for (const part of [picture.subarray(0, 700_000), picture.subarray(700_000)]) {
      const path = await create(user, { 'upload-length': String(part.length), 'upload-concat': 'partial' })
      expect((await patch(user, path, 0, part)).status).toBe(204)
      paths.push(path)
    }
    return paths
  }
  const join = (user: User, paths: readonly string[]) =>
    send(user, 'POST', '/api/uploads', { 'upload-concat': `final;${paths.join(' ')}` })
  const kinds = async (user: User) =>
    (
      await shop.database.db.query<{ kind: string }>('select kind from uploads where owner_id = $1', [
        user.userId,
      ])
    ).map(({ kind }) => kind)
  const images = async (user: User) => (await get<{ items: Image[] }>(user, '/api/images')).items
  const age = (path: string, by: string) =>
    shop.database.db.query(`update uploads set touched_at = now() - $2::interval where id = $1`, [
      idOf(path),
      by,
    ])

  it('that finds no room leaves nothing but its parts, which last anew and are joined later', async () => {
    const user = shop.user()
    const before = (await growing()).length
    const paths = await parts(user)
    await age(paths[0] ?? '', '23 hours')
    const other = await create(user, { 'upload-length': '10' })
    await shop.database.db.query('update uploads set length = $2 where id = $1', [idOf(other), quota])
    for (let n = 0; n < 2; n += 1) {
      const full = await join(user, paths)
      expect([full.status, full.body.code]).toEqual([403, 'quota_exceeded'])
    }
    expect((await kinds(user)).sort()).toEqual(['partial', 'partial', 'whole'])
    expect(await growing()).toHaveLength(before + 3)
    const [row] = await shop.database.db.query<{ fresh: boolean }>(
      `select touched_at > now() - interval '1 hour' as fresh from uploads where id = $1`,
      [idOf(paths[0] ?? '')],
    )
    expect(row?.fresh).toBe(true)
    await send(user, 'DELETE', other)
    expect((await join(user, paths)).status).toBe(201)
    expect(await images(user)).toHaveLength(1)
    expect(await growing()).toHaveLength(before)
  })

  it('of the same parts twice at once makes one image', async () => {
    const user = shop.user()
    const before = (await growing()).length
    const paths = await parts(user)
    const statuses = (await Promise.all([join(user, paths), join(user, paths)])).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
    // The other one found them gone, before its own bytes were joined or after that.
    expect([404, 409]).toContain(statuses.find((status) => status !== 201))
    expect(await images(user)).toHaveLength(1)
    expect(await kinds(user)).toEqual(['final'])
    expect(await growing()).toHaveLength(before)
  })

  it('of parts of which one is expired is refused, for the sweep may be at it', async () => {
    const user = shop.user()
    const before = (await growing()).length
    const paths = await parts(user)
    await age(paths[1] ?? '', '25 hours')
    const late = await join(user, paths)
    expect([late.status, late.body.code]).toEqual([410, 'upload_expired'])
    expect(await growing()).toHaveLength(before + 2)
    for (const path of paths) await send(user, 'DELETE', path)
  })
})
