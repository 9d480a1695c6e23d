import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import bcrypt from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import type { RunningService } from '../../roles/service.ts'
import { run } from '../testing/run.ts'
import { call, startHere } from '../testing/service.ts'

const hashed = (password: string) => bcrypt.hashSync(password, 4)
const password = 'correct horse'

describe('rendition import users', () => {
  let folder: string
  let environment: Record<string, string>
  let database: TestDatabase
  let service: RunningService
  let file: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-import-users-'))
    database = await testDatabase()
    environment = {
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      PORT: '0',
      LOG_LEVEL: 'fatal',
    }
    service = await startHere(folder, environment)
    file = join(folder, 'users.json')
    await call(service, '/api/auth/register', { body: { email: 'here@example.com', password } })
    const lines = [
      {
        _id: { $oid: '65a000000000000000000001' },
        email: 'Ann@Example.com',
        name: 'Ann Smith',
        password: hashed(password),
        createdAt: { $date: '2021-03-04T05:06:07.000Z' },
        __v: 0,
      },
      {
        _id: '2',
        username: 'ben',
        passwordHash: hashed(`${'é'.repeat(36)} and more`).replace('$2b$', '$2y$'),
      },
      { _id: '3', email: 'here@example.com', password: hashed('other words') },
      { _id: '4', email: 'short@example.com', password: 'plain text' },
      { _id: '5', email: 'no address', password: hashed(password) },
      { email: 'nobody@example.com', password: hashed(password) },
      { _id: '7', email: 'cem@example.com', username: 'ben', password: hashed(password) },
      { _id: '8', email: 'late@example.com', password: hashed(password), createdAt: '9999-01-01' },
    ]
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  })
  afterAll(async () => {
    await service?.stop()
    await database?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  const logIn = (name: string, word: string) =>
    call<{ user: { email: string; createdAt: string; role: string } }>(service, '/api/auth/login', {
      body: { username: name, password: word },
    })
  const hashOf = async (email: string): Promise<string> => {
    const [row] = await database.db.query<{ hash: string }>(
      'select password_hash as hash from users where email = $1',
      [email],
    )
    return row?.hash ?? ''
  }

  it.each([
    [['import'], /import: users or images or export\?/],
    [['import', 'user', 'x'], /no command import user; did you mean users\?/],
    [['import', 'users'], /which file\?/],
    [['import', 'users', 'a', 'b'], /one file at a time/],
  ])('refuses %j plainly', async (words, message) => {
    expect(await run(words, environment)).toMatchObject({ code: 2, err: expect.stringMatching(message) })
  })

  it('does not write its report over what it reads', async () => {
    const before = await readFile(file)
    const asked = ['import', 'users', file, '--dry-run', '--report', `${folder}/./users.json`]
    expect(await run(asked, environment)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is what is read'),
    })
    expect((await readFile(file)).equals(before)).toBe(true)
  })

  it('refuses a record that no database could hold, and goes on', async () => {
    const lines = [
      { _id: '2\u00001', email: 'nul@example.com' },
      { _id: '\ud800', email: 'half@example.com' },
      { email: 'last' },
    ]
    const text = lines.map((line) => JSON.stringify({ ...line, password: hashed(password) })).join('\n')
    const answer = await run(['import', 'users', '-', '--dry-run'], environment, text)
    expect([answer.code, answer.out]).toEqual([1, '3 refused.'])
    expect(answer.err).toContain('must hold no NUL')
  })

  it('says what it would do, and does nothing', async () => {
    const dry = await run(['import', 'users', file, '--dry-run'], environment)
    expect(dry.out).toBe('3 would be imported, 1 left: an account has the name, 4 refused.')
    expect((await logIn('ann@example.com', password)).status).toBe(401)
  })

  it('takes accounts over while the service runs; their passwords work and are hashed anew', async () => {
    const report = join(folder, 'report')
    const { code, out, err } = await run(['import', 'users', file, '--report', report], environment)
    expect([code, out]).toEqual([1, '3 imported, 1 left: an account has the name, 4 refused.'])
    expect(err.split('\n')).toEqual([
      'here@example.com: exists',
      'short@example.com: refused, password: is no bcrypt hash ($2a$, $2b$ or $2y$)',
      'no address: refused, email: is not an email address',
      'line 6: refused, it has no _id and no id',
      'cem@example.com: imported, the username ben is taken',
      expect.stringMatching(/^line 8: refused, createdAt: is no time/),
    ])
    const lines = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toHaveLength(8)
    expect(lines[0]).toEqual({
      subject: 'Ann@Example.com',
      is: 'imported',
      line: 1,
      oldId: '65a000000000000000000001',
    })

    expect(await hashOf('ann@example.com')).toMatch(/^\$2b\$04\$/)
    expect((await logIn('ann@example.com', 'wrong')).status).toBe(401)
    const { status, body } = await logIn('ann@example.com', password)
    expect([status, body.user]).toEqual([
      200,
      expect.objectContaining({ role: 'user', createdAt: '2021-03-04T05:06:07.000Z' }),
    ])
    expect(await hashOf('ann@example.com')).toMatch(/^\$argon2id\$/)
    expect((await logIn('ann@example.com', password)).status).toBe(200)
    // 72 bytes are what the old hash knew.
    expect((await logIn('ben', `${'é'.repeat(36)} and other words`)).status).toBe(200)
    expect((await logIn('ben', `${'é'.repeat(36)} and more`)).status).toBe(401)
    expect((await logIn('here@example.com', 'other words')).status).toBe(401)
  })

  it('goes on where it stopped, and lets old ids stand for accounts that were here where it is asked to', async () => {
    const again = await run(['import', 'users', file, '--adopt'], environment)
    expect(again.out).toBe('3 imported before, 1 adopted by the account that has the name, 4 refused.')
    const more = await run(
      ['import', 'users', '-'],
      environment,
      JSON.stringify([{ id: 3 }, { id: 9 }], null, 1),
    )
    expect([more.code, more.out]).toEqual([1, '1 imported before, 1 refused.'])
    expect(await hashOf('ann@example.com')).toMatch(/^\$argon2id\$/)
  })

  it('stops at what is no export, with the line', async () => {
    const answer = await run(['import', 'users', '-'], environment, '{"_id":"3"}\n_id,email\n')
    expect([answer.code, answer.out]).toEqual([1, '1 imported before.'])
    expect(answer.err).toContain('Line 2: "_" where an object')
  })
})
