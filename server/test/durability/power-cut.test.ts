// @module-tag slow/kills
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image, Page } from '@rendition/contract'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { processTree, runs } from '../processes/state.ts'
import { newUser } from '../works.ts'
import { createDisks, type Disks, disksMissing } from './disks.ts'

const service = join(import.meta.dirname, 'doomed-service.ts')
const missing = await disksMissing()
const why = missing === undefined ? '' : ` (${missing})`
/** More for a long run: POWER_CUTS=20. */
const cuts = Number(process.env.POWER_CUTS ?? 2)
const acknowledgedInALife = 6

describe.skipIf(missing !== undefined)(`a service whose power is cut${why}`, () => {
  const user = newUser()
  let disks: Disks
  let life: Life | null = null

  interface Life extends Program {
    url: string
  }

  async function plugIn(): Promise<void> {
    disks = await createDisks(['database', 'storage'])
    await writeFile(join(disks.mountPoint, 'rendition.json'), '{"product":"rendition","layout":1}')
  }
  async function unplug(): Promise<void> {
    if (life !== null) await kill(await processTree(life.pid))
    life = null
    await disks.remove()
  }
  afterEach(unplug)

  async function start(...args: string[]): Promise<Life> {
    const program = await runProgram(service, [disks.mountPoint, ...args], disks.within)
    const port = (await program.says(/^listening/)).split(' ')[1]
    life = { ...program, url: `http://127.0.0.1:${port}` }
    return life
  }

  /** Every process stands still at once, the disks are copied, and then nobody is left. */
  async function cutPower({ pid }: Program): Promise<void> {
    process.kill(pid, 'SIGSTOP')
    const tree = await processTree(pid)
    for (const each of tree) process.kill(each, 'SIGSTOP')
    await disks.cutPower()
    await kill(tree)
  }

  async function upload(url: string, bytes: Buffer): Promise<string> {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
    const answer = await fetch(`${url}/api/images`, { method: 'POST', headers: user.headers, body: form })
    expect(answer.status).toBe(201)
    return ((await answer.json()) as Image).id
  }

  /** Two at a time, until so many are acknowledged; the power goes at that moment, others may be on their way. */
  async function uploadUntilCut(running: Life, round: number): Promise<Map<string, string>> {
    const acknowledged = new Map<string, string>()
    let reached = () => {}
    const enough = new Promise<void>((resolve) => {
      reached = resolve
    })
    const stream = async (lane: number): Promise<void> => {
      for (let n = 0; acknowledged.size < acknowledgedInALife; n += 1) {
        const bytes = await jpeg(700 + 10 * round + lane, 500 + n)
        const id = await upload(running.url, bytes)
        acknowledged.set(id, createHash('sha256').update(bytes).digest('hex'))
        if (acknowledged.size === acknowledgedInALife) reached()
      }
    }
    const streams = Promise.allSettled([stream(0), stream(1)])
    await Promise.race([enough, streams])
    const promised = new Map(acknowledged)
    await cutPower(running)
    await streams
    expect(promised.size).toBeGreaterThanOrEqual(acknowledgedInALife)
    return promised
  }

  async function images(url: string): Promise<Map<string, Image>> {
    const answer = await fetch(`${url}/api/images?limit=200`, { headers: user.headers })
    return new Map(((await answer.json()) as Page<Image>).items.map((image) => [image.id, image]))
  }

  /** Of every file in the storage, as the service sees it. */
  async function hashes({ pid }: Program): Promise<Set<string>> {
    const root = join(`/proc/${pid}/root`, disks.mountPoint, 'storage')
    const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    )
    const found = new Set<string>()
    for (const { parentPath, name } of files) {
      found.add(
        createHash('sha256')
          .update(await readFile(join(parentPath, name)))
          .digest('hex'),
      )
    }
    return found
  }

  async function lost(
    running: Life,
    promised: Map<string, string>,
  ): Promise<{ rows: string[]; bytes: string[] }> {
    const rows = await images(running.url)
    const stored = await hashes(running)
    return {
      rows: [...promised.keys()].filter((id) => !rows.has(id)),
      bytes: [...promised.values()].filter((sha256) => !stored.has(sha256)),
    }
  }

  it('has every acknowledged upload with its row and its bytes, and renders it', {
    timeout: 600_000,
  }, async () => {
    await plugIn()
    const promised = new Map<string, string>()
    let running = await start()
    for (let round = 0; round < cuts; round += 1) {
      for (const [id, sha256] of await uploadUntilCut(running, round)) promised.set(id, sha256)
      running = await start()
      expect(await lost(running, promised)).toEqual({ rows: [], bytes: [] })
    }
    await vi.waitFor(
      async () => {
        const rows = await images(running.url)
        const unfinished = [...promised.keys()].filter((id) => rows.get(id)?.status !== 'complete')
        expect(unfinished).toEqual([])
      },
      { timeout: 120_000, interval: 200 },
    )
  })

  // What the test above proves is worth what these find: the same cut, with one part that does not sync.
  it.each(['files', 'database'])(
    'sees the loss where nothing syncs the %s',
    { timeout: 600_000 },
    async (part) => {
      let losses = 0
      // Whoever calls sync(2) on this machine in that moment saves it all: then once more.
      for (let attempt = 0; losses === 0 && attempt < 4; attempt += 1) {
        if (attempt > 0) await unplug()
        await plugIn()
        const promised = await uploadUntilCut(await start('--unsynced', part), 0)
        const { rows, bytes } = await lost(await start(), promised)
        losses = (part === 'files' ? bytes : rows).length
      }
      expect(losses).toBeGreaterThan(0)
    },
  )
})

async function kill(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
  await vi.waitFor(
    async () => {
      for (const pid of pids) expect(await runs(pid)).toBe(false)
    },
    { timeout: 30_000, interval: 20 },
  )
}
