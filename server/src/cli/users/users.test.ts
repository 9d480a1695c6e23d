import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningService } from '../../roles/service.ts'
import { run } from '../testing/run.ts'
import { startHere } from '../testing/service.ts'

const password = 'correct horse'

describe('rendition users', () => {
  let folder: string
  let environment: Record<string, string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-users-'))
    environment = { DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'fatal', REGISTRATION: 'first' }
  })
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

  it.each([
    [['users', 'create'], {}, /whose account/],
    [['users', 'create', 'ann', 'bob'], {}, /one account at a time/],
    [['users', 'create', 'ann'], {}, /which password\? Give --stdin, --generate/],
    [['users', 'create', 'ann', '--role', 'king'], {}, /--role must be one of: admin, user, viewer/],
    [['users', 'create', 'ann', '--admin', '--role', 'user'], {}, /disagree/],
    [['users', 'reset-password', 'ann', '--stdin', '--generate'], {}, /several places/],
    [['users', 'reset-password', 'ann', '--generate'], { NEW_PASSWORD: 'x' }, /several places/],
  ])('refuses %j plainly, and makes nothing', async (words, more, message) => {
    const { code, err } = await run(words, { ...environment, ...more })
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
    expect(await readdir(folder)).toEqual([])
  })

  it('makes an installation its administrator before anything runs', async () => {
    const first = await run(['users', 'create', '--admin', '--generate', 'Ann@Example.com'], environment)
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^[A-Za-z2-9]{20}$/) })
    expect(first.err).toBe('The account Ann@Example.com is made: admin.')
    const again = await run(
      ['users', 'create', '--admin', 'ann@example.com', '--stdin'],
      environment,
      `${password}\n`,
    )
    expect(again).toMatchObject({ code: 1, out: '', err: 'An account with this email exists.' })
    const left = ['users', 'create', '--admin', '--if-missing', '--stdin', 'ann@example.com']
    expect(await run(left, environment, `${password}\n`)).toMatchObject({ code: 0, out: '' })

    const service = await startHere(folder, environment)
    try {
      const signedIn = await logIn(service, 'ann@example.com', first.out)
      expect([signedIn.status, (await signedIn.json()).user.role]).toEqual([200, 'admin'])
      expect((await logIn(service, 'ann@example.com', password)).status).toBe(401)
    } finally {
      await service.stop()
    }
  })

  it('refuses names and passwords that registering refuses', async () => {
    const attempt = (name: string, secret: string) =>
      run(['users', 'create', name, '--stdin'], environment, secret)
    expect((await attempt('a b', password)).err).toBe(
      'username: letters, digits, dot, dash and underscore only.',
    )
    expect((await attempt('a@', password)).err).toBe('email: is not an email address.')
    expect((await attempt('bob', 'short')).err).toContain('at least 7 characters')
    expect((await attempt('bob', 'password')).err).toContain('tried first')
    expect(await attempt('bob', '')).toMatchObject({ code: 1, err: 'There is no password in stdin.' })
  })

  it('takes the password from a file, the environment or the terminal', async () => {
    const file = join(folder, 'secret')
    await writeFile(file, `${password}\n`)
    const words = (name: string) => ['users', 'create', name]
    expect((await run(words('ben'), { ...environment, NEW_PASSWORD_FILE: file })).code).toBe(0)
    expect((await run(words('cem'), { ...environment, NEW_PASSWORD: password })).code).toBe(0)
    const typed = await run([...words('dan'), '--role', 'viewer'], environment, '', [password, password])
    expect(typed).toMatchObject({ code: 0, out: '', err: 'The account dan is made: viewer.' })
    const slip = await run(words('eve'), environment, '', [password, 'other words'])
    expect(slip).toMatchObject({ code: 1, err: 'The two are not the same.' })
  })

  it('gives who forgot it a new password while the service runs, and signs out everywhere', async () => {
    const service = await startHere(folder, environment)
    try {
      const before = await (await logIn(service, 'ben', password)).json()
      const auth = { authorization: `Bearer ${before.accessToken}`, 'content-type': 'application/json' }
      const key = await fetch(`${service.url}/api/auth/keys`, { method: 'POST', headers: auth, body: '{}' })
      const { secret } = await key.json()

      const reset = await run(['users', 'reset-password', 'BEN', '--generate'], environment)
      expect(reset).toMatchObject({
        code: 0,
        err: 'The password of BEN is changed; 2 sessions and keys were ended.',
      })
      expect((await logIn(service, 'ben', password)).status).toBe(401)
      expect((await logIn(service, 'ben', reset.out)).status).toBe(200)
      const refresh = JSON.stringify({ refreshToken: before.refreshToken })
      const renewed = await fetch(`${service.url}/api/auth/refresh`, {
        method: 'POST',
        headers: auth,
        body: refresh,
      })
      expect(renewed.status).toBe(401)
      await expect.poll(() => statusOf(service, auth), { timeout: 10_000 }).toBe(401)
      await expect.poll(() => statusOf(service, { 'x-api-key': secret }), { timeout: 10_000 }).toBe(401)
    } finally {
      await service.stop()
    }
  })

  it('knows no account that is not there', async () => {
    const { code, err } = await run(['users', 'reset-password', 'nobody', '--generate'], environment)
    expect([code, err]).toEqual([1, 'There is no account nobody.'])
  })
})

const logIn = (service: RunningService, name: string, secret: string): Promise<Response> =>
  fetch(`${service.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: name, password: secret }),
  })

const statusOf = async (service: RunningService, headers: Record<string, string>): Promise<number> =>
  (await fetch(`${service.url}/api/auth/me`, { headers })).status
