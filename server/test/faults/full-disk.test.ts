import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { mountSmallDisk, type SmallDisk, smallDiskMissing } from '../../../acceptance/src/small-disk.ts'
import { startTopology, type Topology } from '../cluster/topology.ts'
import { sha256 } from './load.ts'

const skipped = smallDiskMissing === undefined ? '' : ` [skipped: ${smallDiskMissing}]`

describe.skipIf(smallDiskMissing)(`a full disk${skipped}`, () => {
  let disk: SmallDisk
  let topology: Topology
  let storage: string
  let token: string

  beforeAll(async () => {
    topology = await startTopology('embedded')
    const [service] = topology.processes.all
    await service?.stop()
    storage = join(topology.folder, 'all', 'storage')
    disk = await mountSmallDisk(storage, 'size=2m,mode=700')
    await service?.start()
    const answer = await fetch(`${topology.url}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'full', password: 'of pictures' }),
    })
    token = ((await answer.json()) as { accessToken: string }).accessToken
  }, 180_000)
  afterAll(async () => {
    const [service] = topology?.processes.all ?? []
    await service?.stop()
    await disk?.unmount()
    await topology?.stop()
  }, 120_000)

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(topology.url + path, { ...init, headers: { authorization: `Bearer ${token}` } })

  async function upload(): Promise<{ status: number; code: string; id: string; sha: string }> {
    const raw = { width: 320, height: 240, channels: 3 } as const
    const bytes = await sharp(randomBytes(320 * 240 * 3), { raw })
      .jpeg({ quality: 90 })
      .toBuffer()
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    const answer = await ask('/api/images', { method: 'POST', body: form })
    const { id = '', code = '' } = (await answer.json()) as { id?: string; code?: string }
    return { status: answer.status, code, id, sha: sha256(bytes) }
  }

  it('refuses uploads by name, keeps what it has, and goes on when there is room again', {
    timeout: 400_000,
  }, async () => {
    const kept = new Map<string, string>()
    let refusals = 0
    for (let tries = 0; refusals < 5 && tries < 200; tries += 1) {
      const { status, code, id, sha } = await upload()
      if (status === 201) kept.set(id, sha)
      else {
        refusals += 1
        expect([status, code]).toEqual([507, 'storage_full'])
      }
    }
    expect([refusals, kept.size > 3]).toEqual([5, true])
    const intact = async () => {
      for (const [id, sha] of kept) {
        const answer = await ask(`/images/${id}?preset=original`)
        expect([answer.status, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([200, sha])
      }
    }
    await intact()

    await disk.remount('size=64m')
    // How full the disk is, is asked every 100 ms.
    await vi.waitFor(async () => expect((await upload()).status).toBe(201), 5_000)
    await vi.waitFor(
      async () => {
        const { items } = (await (await ask('/api/jobs?limit=200')).json()) as { items: { status: string }[] }
        expect(items.filter(({ status }) => !['complete', 'failed'].includes(status))).toEqual([])
      },
      { timeout: 240_000, interval: 500 },
    )
    await intact()
    // Whatever was cut off by the end of the disk is gone.
    await vi.waitFor(async () => expect(await readdir(join(storage, '.drafts'))).toEqual([]), 60_000)
  })
})
