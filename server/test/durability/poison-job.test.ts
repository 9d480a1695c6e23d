// @module-tag slow/kills
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Image, Job } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { type Program, runProgram } from '../processes/program.ts'
import { newUser } from '../works.ts'

const program = join(import.meta.dirname, 'poisoned-worker.ts')
const innocents = 10

describe('a job that kills its worker each time', () => {
  const user = newUser()
  let database: TestDatabase
  let folder: string
  let worker: Program
  let url: string

  beforeAll(async () => {
    database = await testDatabase()
    folder = await mkdtemp(join(tmpdir(), 'rendition-poison-'))
  })
  afterAll(async () => {
    worker.child.kill('SIGKILL')
    await worker.exited
    await database.close()
    for (const path of [folder, `${folder}.asking`]) await rm(path, { recursive: true, force: true })
  })

  async function start(): Promise<void> {
    worker = await runProgram(program, [database.url, folder])
    const port = (await worker.says(/^listening/)).split(' ')[1]
    url = `http://127.0.0.1:${port}`
  }
  async function ask<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      headers: { ...user.headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    expect(answer.status).toBeLessThan(300)
    return answer.json() as Promise<T>
  }
  async function upload(): Promise<string> {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(await jpeg(700, 500))]), 'a.jpg')
    const answer = await fetch(`${url}/api/images`, { method: 'POST', headers: user.headers, body: form })
    return ((await answer.json()) as Image).id
  }
  const ended = (id: string): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job = await ask<Job>(`/api/jobs/${id}`)
        expect(['complete', 'failed']).toContain(job.status)
        return job
      },
      { timeout: 60_000, interval: 100 },
    )

  it('is failed with a code after three, and takes none of those beside it along', {
    timeout: 240_000,
  }, async () => {
    await start()
    const image = await upload()
    const transform = (width: number) =>
      ask<{ jobId: string }>(`/api/images/${image}/transform`, { width, saveImage: false })
    await vi.waitFor(async () => expect((await ask<Image>(`/api/images/${image}`)).status).toBe('complete'), {
      timeout: 30_000,
    })
    await writeFile(`${folder}.asking`, '')
    const poison = await transform(666)
    const others = await Promise.all(Array.from({ length: innocents }, (_, n) => transform(100 + n)))
    await rm(`${folder}.asking`)
    let deaths = 0
    for (;;) {
      const gone = await Promise.race([worker.exited, ended(poison.jobId)])
      if (typeof gone === 'object') break
      expect(gone).toBe('SIGKILL')
      deaths += 1
      // Its silence has lasted long enough to be believed.
      await database.db.query("update job_workers set seen_at = now() - interval '25 seconds'")
      await start()
    }
    expect(await ended(poison.jobId)).toMatchObject({ status: 'failed', errorCode: 'worker_lost' })
    expect(deaths).toBe(3)
    for (const { jobId } of others) expect(await ended(jobId)).toMatchObject({ status: 'complete' })
    const losses = await database.db.query<{ losses: number }>(
      'select losses from jobs where id = any($1::uuid[])',
      [others.map(({ jobId }) => jobId)],
    )
    // Some were hit, or this shows nothing.
    expect(Math.max(...losses.map((row) => row.losses))).toBeGreaterThan(0)
    expect(await ended((await transform(50)).jobId)).toMatchObject({ status: 'complete' })
  })
})
