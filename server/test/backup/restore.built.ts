// @module-tag slow/real-servers
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createProcess, type ServiceProcess } from '../cluster/process.ts'
import { startPostgres } from '../services/postgres.ts'
import { freePort } from '../services/service.ts'

const run = promisify(execFile)
const binaries = '/usr/lib/postgresql/15/bin'
const missing = existsSync(join(binaries, 'pg_dump')) ? undefined : 'pg_dump 15 not installed'

/** The commands of docs/operations.md, tried. */
describe('a backup', () => {
  let folder: string
  let closers: (() => Promise<unknown>)[]
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rendition-backup-')))
    closers = []
  })
  afterEach(async () => {
    for (const close of closers.reverse()) await close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  async function start(env: Record<string, string>): Promise<ServiceProcess> {
    const service = createProcess('service', {
      HOST: '127.0.0.1',
      PORT: `${await freePort()}`,
      RENDER_PROCESSES: '1',
      ...env,
    })
    closers.push(() => service.stop())
    await service.start()
    return service
  }

  async function signIn({ url }: ServiceProcess, how: 'register' | 'login') {
    const answer = await fetch(`${url}/api/auth/${how}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ann', password: 'correct horse' }),
    })
    const { accessToken } = (await answer.json()) as { accessToken: string }
    expect(accessToken).toEqual(expect.any(String))
    const authorization = `Bearer ${accessToken}`
    return {
      async upload(bytes: Buffer): Promise<string> {
        const form = new FormData()
        form.set('image', new Blob([new Uint8Array(bytes)]), 'kept.jpg')
        const sent = await fetch(`${url}/api/images`, {
          method: 'POST',
          headers: { authorization },
          body: form,
        })
        expect(sent.status).toBe(201)
        return ((await sent.json()) as { id: string }).id
      },
      async original(id: string): Promise<Buffer | number> {
        const got = await fetch(`${url}/images/${id}?preset=original`, { headers: { authorization } })
        return got.ok ? Buffer.from(await got.arrayBuffer()) : got.status
      },
    }
  }

  const picture = (color: string): Promise<Buffer> =>
    sharp({ create: { width: 300, height: 200, channels: 3, background: color } })
      .jpeg()
      .toBuffer()

  it('of a stopped embedded service is a copy of its folder', async () => {
    const service = await start({ DATA_DIR: join(folder, 'data') })
    const bytes = await picture('#c63')
    const id = await (await signIn(service, 'register')).upload(bytes)
    expect(await service.stop()).toBe(0)
    // With its owners: PostgreSQL starts on its own files only.
    await run('cp', ['-a', join(folder, 'data'), join(folder, 'copy')])
    await rm(join(folder, 'data'), { recursive: true })

    const restored = await start({ DATA_DIR: join(folder, 'copy') })
    expect(await (await signIn(restored, 'login')).original(id)).toEqual(bytes)
  })

  it.skipIf(missing)(
    `of PostgreSQL is a dump of the running database beside its store${missing ? ` (${missing})` : ''}`,
    async () => {
      await mkdir(join(folder, 'postgres'))
      const postgres = await startPostgres(join(folder, 'postgres'), binaries)
      closers.push(() => postgres.stop())
      const env = { DATABASE_URL: postgres.url, DATA_DIR: join(folder, 'data') }
      const service = await start(env)
      const before = await signIn(service, 'register')
      const bytes = await picture('#36c')
      const kept = await before.upload(bytes)
      const dump = join(folder, 'rendition.dump')
      await run(join(binaries, 'pg_dump'), ['--format=custom', '--no-owner', `--file=${dump}`, postgres.url])
      const later = await before.upload(await picture('#6c3'))
      expect(await service.stop()).toBe(0)

      const restoredUrl = postgres.url.replace(/postgres$/, 'restored')
      await run(join(binaries, 'createdb'), [`--maintenance-db=${postgres.url}`, 'restored'])
      await run(join(binaries, 'pg_restore'), [
        '--no-owner',
        '--exit-on-error',
        `--dbname=${restoredUrl}`,
        dump,
      ])
      const restored = await start({ ...env, DATABASE_URL: restoredUrl })
      const after = await signIn(restored, 'login')
      expect(await after.original(kept)).toEqual(bytes)
      // What came after the dump is not known; its bytes are swept as orphans.
      expect(await after.original(later)).toBe(404)
      expect(await after.upload(await picture('#fff'))).toEqual(expect.any(String))
    },
  )
})
