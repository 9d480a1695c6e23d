import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { jpeg } from '../../src/images/testing/pictures.ts'
import type { ServiceProcess } from '../cluster/process.ts'
import { type SplitRole, topologyMissing } from '../cluster/topology.ts'
import { beginLoad, type Cluster, lastWords, startCluster } from './cluster.ts'
import { checkInvariants } from './invariants.ts'
import { type Load, sha256, uploadOf } from './load.ts'

/** The short form: one stage of each kind of process that keeps something. */
const short = process.env.FAULTS === 'short'
const missing = topologyMissing('split')
const limit = { timeout: 300_000 }
/** A stage that only the long form has. */
const long = (name: string, run: () => Promise<void>): void => {
  if (!short) it(name, limit, run)
}
/** A message that was lost with its broker's connection is sent again after JOB_REDISPATCH_MS, by the next sweep. */
const repaired = { timeout: 120_000, interval: 50 }
const soon = { timeout: 60_000, interval: 50 }

/**
 * SIGKILL at exact steps, where `cluster-under-faults` kills whenever it happens: each step is held open by a lock in the
 * database or by a part that says nothing, until the process has died in it.
 */
describe.skipIf(missing)(
  `kills at each stage${missing === undefined ? '' : ` [skipped: ${missing}]`}`,
  () => {
    let cluster: Cluster
    let load: Load

    beforeAll(async () => {
      cluster = await startCluster()
    }, 240_000)
    afterAll(() => cluster?.stop(), 240_000)

    beforeEach(async () => {
      load = await beginLoad(cluster)
    }, 120_000)
    afterEach(async (context) => {
      if (context.task.result?.state === 'fail') process.stderr.write(lastWords(cluster))
      await load?.stop()
      await load?.close()
      // A test that failed must not take the next ones with it.
      for (const { network } of Object.values(cluster.real.parts)) network.weather({ kind: 'fair' })
      await Promise.all(
        Object.values(cluster.topology.processes)
          .flat()
          .map((one) => one.start()),
      )
    }, 120_000)

    const processes = (role: SplitRole): readonly ServiceProcess[] => cluster.topology.processes[role]
    const kill = (role: SplitRole) => Promise.all(processes(role).map((one) => one.kill()))
    const start = (role: SplitRole) => Promise.all(processes(role).map((one) => one.start()))

    /** Nobody writes to a table while `work` runs. */
    const whileLocked = (table: string, work: () => Promise<void>): Promise<void> =>
      cluster.db.transaction(async (tx) => {
        await tx.query(`lock table ${table} in share mode`)
        await work()
      })
    const waitsFor = (table: string): Promise<void> =>
      vi.waitFor(async () => {
        const waiting = await cluster.db.query(
          'select 1 from pg_locks l join pg_class c on c.oid = l.relation where not l.granted and c.relname = $1',
          [table],
        )
        expect(waiting.length).toBeGreaterThan(0)
      }, soon)

    /** More bytes than the connections on the way hold. */
    const noise = (width: number, height: number): Promise<Buffer> =>
      sharp({
        create: {
          width,
          height,
          channels: 3,
          background: 'grey',
          noise: { type: 'gaussian', mean: 120, sigma: 40 },
        },
      })
        .jpeg()
        .toBuffer()

    interface Sent {
      status: number
      id: string
    }

    /** An upload, judged like those of the load; status 0 when the connection broke. */
    async function upload(bytes: Buffer): Promise<Sent> {
      try {
        const answer = await load.ask('/api/images', uploadOf(bytes))
        const { id = '' } = (await answer.json()) as { id?: string }
        if (answer.status === 201) load.acknowledged.set(id, { id, sha256: sha256(bytes) })
        return { status: answer.status, id }
      } catch {
        return { status: 0, id: '' }
      }
    }

    async function acknowledged(bytes: Buffer): Promise<string> {
      const { status, id } = await upload(bytes)
      expect(status).toBe(201)
      return id
    }

    const complete = (id: string): Promise<void> =>
      vi.waitFor(async () => {
        const { status } = (await (await load.ask(`/api/images/${id}`)).json()) as { status: string }
        expect(status).toBe('complete')
      }, repaired)

    const rowsOf = (sql: string, values: string[] = []) => cluster.db.query<{ n: number }>(sql, values)
    const images = async (): Promise<number> =>
      (await rowsOf('select count(*)::int as n from images'))[0]?.n ?? 0

    /** Whatever the stage left behind: work goes on, and nothing that was acknowledged is missing or twice. */
    async function afterwards(): Promise<void> {
      load.start()
      await vi.waitFor(() => expect(load.acknowledged.size).toBeGreaterThan(2), soon)
      await checkInvariants(load, cluster)
      expect(load.broken).toBe(0)
    }

    /** An upload of which only the first half is sent: `ended` says how the client sees it end. */
    function halfUpload(): { ended: Promise<number> } {
      const boundary = 'half'
      const head = `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
      const sent = request(`${cluster.topology.url}/api/images`, {
        method: 'POST',
        headers: {
          ...load.headers,
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': 2_000_000,
        },
      })
      sent.write(head)
      sent.write(Buffer.alloc(1_000_000, 7))
      const ended = once(sent, 'response').then(
        ([answer]) => (answer as { statusCode: number }).statusCode,
        () => 0,
      )
      return { ended }
    }
    const draftArrives = (): Promise<void> =>
      vi.waitFor(async () => {
        const sizes = await Promise.all(
          processes('api').map(async ({ name }) => {
            const folder = join(cluster.topology.folder, name)
            const names = await readdir(folder, { recursive: true })
            const drafts = names.filter((path) => /\.drafts\/./.test(path))
            return Promise.all(drafts.map(async (path) => (await stat(join(folder, path))).size))
          }),
        )
        expect(Math.max(0, ...sizes.flat())).toBeGreaterThan(500_000)
      }, soon)

    for (const role of ['api', 'gateway'] as const) {
      long(`${role}, while the body of an upload is on its way`, async () => {
        const before = await images()
        const { ended } = halfUpload()
        await draftArrives()
        await kill(role)
        expect(await ended).not.toBe(201)
        await start(role)
        expect(await images()).toBe(before)
        await afterwards()
      })
    }

    long('api, when the original is stored and its rows are not', async () => {
      const before = await images()
      let sending: Promise<Sent> | undefined
      await whileLocked('images', async () => {
        sending = upload(await jpeg())
        await waitsFor('images')
        await kill('api')
      })
      expect((await sending)?.status).not.toBe(201)
      await start('api')
      expect(await images()).toBe(before)
      await afterwards()
    })

    it('api, when an upload is acknowledged and no queue has heard of it', limit, async () => {
      const { network } = cluster.real.parts.rabbitmq
      network.weather({ kind: 'refused' })
      const id = await acknowledged(await jpeg())
      await kill('api')
      network.weather({ kind: 'fair' })
      await start('api')
      await complete(id)
      await afterwards()
    })

    /** A job that a worker has claimed, which then waits for its original. */
    async function claimed(): Promise<{ id: string }> {
      await kill('worker')
      const id = await acknowledged(await jpeg())
      cluster.real.parts.s3.network.weather({ kind: 'silent' })
      // They are ready only when S3 answers: the job is claimed before.
      void start('worker').catch(() => {})
      await vi.waitFor(async () => {
        const running = await rowsOf(
          `select 1 as n from jobs where image_id = $1::uuid and status = 'processing'`,
          [id],
        )
        expect(running).toHaveLength(1)
      }, soon)
      return { id }
    }

    long('worker, when a job is claimed and nothing read', async () => {
      const { id } = await claimed()
      await kill('worker')
      cluster.real.parts.s3.network.weather({ kind: 'fair' })
      await start('worker')
      await complete(id)
      await afterwards()
    })

    it('worker, when renditions are stored and their rows are not', limit, async () => {
      let id = ''
      await whileLocked('renditions', async () => {
        id = await acknowledged(await jpeg())
        await waitsFor('renditions')
        await kill('worker')
      })
      expect(await rowsOf('select 1 as n from renditions where image_id = $1::uuid', [id])).toEqual([])
      await start('worker')
      await complete(id)
      await afterwards()
    })

    long('worker, when the rows are written and what is told of them is not', async () => {
      let id = ''
      // The image's events stand last in the transaction that ends its job.
      await kill('worker')
      id = await acknowledged(await jpeg())
      await whileLocked('outbox', async () => {
        await start('worker')
        await waitsFor('outbox')
        await kill('worker')
      })
      expect(await rowsOf('select 1 as n from renditions where image_id = $1::uuid', [id])).toEqual([])
      await start('worker')
      await complete(id)
      await afterwards()
    })

    long('worker, when a job has ended and its message is not acknowledged', async () => {
      const { id } = await claimed()
      cluster.real.parts.rabbitmq.network.weather({ kind: 'silent' })
      cluster.real.parts.s3.network.weather({ kind: 'fair' })
      await complete(id)
      await kill('worker')
      cluster.real.parts.rabbitmq.network.weather({ kind: 'fair' })
      await start('worker')
      await afterwards()
      const [row] = await rowsOf(
        `select count(*)::int as n from events where image_id = $1::uuid and type = 'image.complete'`,
        [id],
      )
      expect(row?.n).toBe(1)
    })

    long('delivery, while it renders', async () => {
      const id = await acknowledged(await jpeg(6000, 4000))
      await complete(id)
      const path = `/images/${id}?width=3000&format=png&blur=20`
      const asking = load.ask(path).then(
        async (answer) => {
          await answer.arrayBuffer()
          return answer.status
        },
        () => 0,
      )
      await vi.waitFor(async () => {
        const text = await (await fetch(`${processes('delivery')[0]?.url}/metrics`)).text()
        expect(text).toMatch(/^rendition_renders_running 1$/m)
      }, soon)
      await kill('delivery')
      expect(await asking).not.toBe(200)
      await start('delivery')
      expect((await load.ask(path)).status).toBe(200)
      await afterwards()
    })

    it('delivery, when a rendition is stored and its row is not', limit, async () => {
      const id = await acknowledged(await jpeg())
      await complete(id)
      const path = `/images/${id}?width=321`
      await whileLocked('renditions', async () => {
        expect((await load.ask(path)).status).toBe(200)
        await waitsFor('renditions')
        await kill('delivery')
      })
      await start('delivery')
      expect((await load.ask(path)).status).toBe(200)
      await afterwards()
    })

    long('delivery and gateway, while an original is on its way to a client', async () => {
      const bytes = await noise(5000, 4000)
      const id = await acknowledged(bytes)
      for (const role of ['delivery', 'gateway'] as const) {
        const answer = await load.ask(`/images/${id}?preset=original`)
        expect(answer.headers.get('content-length')).toBe(`${bytes.length}`)
        const reader = answer.body?.getReader()
        await reader?.read()
        await kill(role)
        // Broken, never short and called whole.
        await expect(
          (async () => {
            for (;;) if ((await reader?.read())?.done !== false) return
          })(),
        ).rejects.toThrow()
        await start(role)
      }
      await complete(id)
      await afterwards()
    })

    long('gateway, while a client follows events: it goes on where it was', async () => {
      /** Open when it resolves: what has come so far, and all that came until it broke, or until `enough`. */
      const follow = async (after: string | undefined, enough: (text: string) => boolean) => {
        const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after }
        const answer = await load.ask('/api/events/stream', { headers })
        expect(answer.status).toBe(200)
        let text = ''
        const read = async (): Promise<string> => {
          try {
            for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
              text += chunk
              if (enough(text)) break
            }
          } catch {
            // It broke, which is what an end looks like here.
          }
          return text
        }
        return { soFar: () => text, text: read() }
      }
      const created = (text: string): string[] =>
        [...text.matchAll(/^event: image\.created$/gm)].map(([name]) => name)
      const stopped = await follow(undefined, () => false)
      await acknowledged(await jpeg())
      // Whoever has seen no event has no place to go on from.
      await vi.waitFor(() => expect(created(stopped.soFar())).toHaveLength(1), soon)
      await kill('gateway')
      const seen = await stopped.text
      await start('gateway')
      await acknowledged(await jpeg())
      const last = [...seen.matchAll(/^id: ?(.+)$/gm)].at(-1)?.[1]
      const resumed = await follow(last, (text) => created(seen + text).length === 2)
      const rest = await resumed.text
      expect(created(seen + rest)).toHaveLength(2)
      const ids = [...(seen + rest).matchAll(/^id: ?(.+)$/gm)].map(([, id]) => id)
      expect(new Set(ids).size).toBe(ids.length)
      await afterwards()
    })

    long('auth, while an account is being made', async () => {
      const username = `stage${Date.now()}`
      const register = async (): Promise<number> => {
        try {
          const answer = await fetch(`${cluster.topology.url}/api/auth/register`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ username, password: `secret ${username}` }),
          })
          return answer.status
        } catch {
          return 0
        }
      }
      let asking: Promise<number> | undefined
      await whileLocked('users', async () => {
        asking = register()
        await waitsFor('users')
        await kill('auth')
      })
      expect(await asking).not.toBe(201)
      await start('auth')
      // Nothing of the first try is left: the name is free.
      expect(await register()).toBe(201)
      expect(await register()).toBe(409)
      await afterwards()
    })
  },
)
