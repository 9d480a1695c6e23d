// @module-tag slow/contract
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApi } from '../api.ts'
import { type Service, startService } from '../service.ts'
import { unlimited } from '../unlimited.ts'

/**
 * The running service against its description, by a public contract tester with all its checks: thousands of requests,
 * as the description allows and as it does not. `schemathesis` from PyPI; SCHEMATHESIS names its command.
 */
const command = process.env.SCHEMATHESIS ?? 'schemathesis'
const missing = spawnSync(command, ['--version']).error === undefined ? undefined : 'no schemathesis'
const seconds = Number(process.env.SCHEMATHESIS_SECONDS ?? 30)
const seed = Number(process.env.SCHEMATHESIS_SEED ?? 1)
/** Requests, and by far fewer than a quiet machine makes. */
const enough = 150

describe.skipIf(missing)(
  `the API description${missing === undefined ? '' : ` [skipped: ${missing}]`}`,
  () => {
    let service: Service
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-schemathesis-'))
      service = await startService({ own: true, env: { ...unlimited } })
      for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
        const picture = sharp({ create: { width: 60, height: 40, channels: 3, background: '#268' } })
        await picture.toFormat(format).toFile(join(folder, `picture.${format}`))
      }
    }, 120_000)
    afterAll(async () => {
      await service?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    it(
      'is what the service does',
      async () => {
        // The administrator, to whom no operation is closed.
        const { account, ...api } = await createApi(service.baseUrl).signedIn()
        const { body } = await api.get<{ items: { id: string }[] }>('/api/auth/sessions')
        const own = [account.userId, ...body.items.map(({ id }) => id)]
        // In half a minute a quiet machine makes a thousand requests, one that is busy with other tests a few dozen: it goes on.
        let generated = 0
        for (let round = 0; generated < enough; round += 1) {
          const { code, output } = await run(account.accessToken, own, seed + round)
          expect(code, failuresIn(output)).toBe(0)
          const more = Number(/(\d+) generated/.exec(output)?.[1])
          expect(more, output.slice(-2_000)).toBeGreaterThan(0)
          generated += more
        }
        // It was signed in to the end, or what came after would have been refused alone.
        expect((await api.get('/api/auth/me')).status).toBe(200)
      },
      (seconds * 4 + 480) * 1_000,
    )

    /** Requests are up to kilobytes in one line: enough of each to know it, and the seed makes the same again. */
    const failuresIn = (output: string): string => {
      const [, failures = output.slice(-3_000)] =
        /= FAILURES =+\n(.*?)\n=+ (?:WARNINGS|SUMMARY) =/s.exec(output) ?? []
      return failures.replace(/^(.{300}).*$/gm, '$1 …')
    }

    function run(
      token: string,
      own: readonly string[],
      round: number,
    ): Promise<{ code: number | null; output: string }> {
      const args = ['--config-file', join(import.meta.dirname, 'schemathesis.toml'), 'run']
      args.push(`${service.baseUrl}/api/openapi.json`)
      args.push('--max-time', `${seconds}`, '--seed', `${round}`, '--continue-on-failure', '--no-color')
      args.push('--generation-database', 'none')
      const child = spawn(command, args, {
        cwd: folder,
        env: {
          ...process.env,
          SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py'),
          PICTURES: folder,
          BASE_URL: service.baseUrl,
          ACCESS_TOKEN: token,
          OWN_IDS: own.join(','),
          PYTHONDONTWRITEBYTECODE: '1',
        },
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      return new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (code) => resolve({ code, output }))
      })
    }
  },
)
