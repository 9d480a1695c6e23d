import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Image } from '@rendition/contract'
import bcrypt from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { jpeg } from '../../images/testing/pictures.ts'
import type { RunningService } from '../../roles/service.ts'
import { run } from '../testing/run.ts'
import { call, startHere } from '../testing/service.ts'

const password = 'correct horse'

describe('rendition import images', () => {
  let folder: string
  let pictures: string
  let manifest: string
  let environment: Record<string, string>
  let database: TestDatabase
  let service: RunningService
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-import-images-'))
    database = await testDatabase()
    environment = {
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      PORT: '0',
      LOG_LEVEL: 'fatal',
      QUOTA_IMAGES: '4',
    }
    service = await startHere(folder, environment)
    const users = [{ _id: 'u1', email: 'ann@example.com', password: bcrypt.hashSync(password, 4) }]
    expect((await run(['import', 'users', '-'], environment, JSON.stringify(users))).code).toBe(0)
    expect((await run(['users', 'create', 'ben', '--stdin'], environment, password)).code).toBe(0)
    expect(
      (await run(['users', 'create', 'eve', '--role', 'viewer', '--stdin'], environment, password)).code,
    ).toBe(0)

    pictures = join(folder, 'pictures')
    await mkdir(join(pictures, 'sub'), { recursive: true })
    for (const [name, width] of [
      ['a.jpg', 90],
      ['sub/b ü.jpg', 91],
      ['c.jpg', 92],
    ] as const) {
      await writeFile(join(pictures, name), await jpeg(width, 60))
    }
    await writeFile(join(pictures, 'text.jpg'), 'no picture')
    await writeFile(join(pictures, '.hidden'), 'x')
    await symlink(join(folder, 'index.html'), join(pictures, 'out.jpg'))
    manifest = join(folder, 'images.jsonl')
    const entries = [
      {
        file: 'a.jpg',
        owner: 'u1',
        _id: { $oid: '65b000000000000000000001' },
        name: 'Harbour.jpg',
        tags: ['sea'],
        altText: 'A harbour',
        createdAt: { $date: '2020-01-02T03:04:05.000Z' },
      },
      { key: 'sub/b ü.jpg', owner: 'Ann@example.com', visibility: 'public' },
      { file: 'c.jpg' },
      { file: 'text.jpg' },
      { file: '../index.html' },
      { file: 'out.jpg' },
      { file: 'c.jpg', id: 'x', owner: 'nobody@example.com' },
      { file: 'c.jpg', id: 'y', owner: 'eve' },
      { file: 'c.jpg', alttext: 'mistyped' },
    ]
    await writeFile(manifest, entries.map((entry) => JSON.stringify(entry)).join('\n'))
  })
  afterAll(async () => {
    await service?.stop()
    await database?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  const imagesOf = async (username: string): Promise<Image[]> => {
    const { body } = await call<{ accessToken: string }>(service, '/api/auth/login', {
      body: { username, password },
    })
    const list = await call<{ items: Image[] }>(service, '/api/images', { token: body.accessToken })
    return list.body.items
  }
  const take = (...more: string[]) =>
    run(['import', 'images', pictures, '--manifest', manifest, '--owner', 'ben', ...more], environment)

  it.each([
    [['import', 'images'], 2, /where are they\?/],
    [['import', 'images', 'x'], 2, /whose are they\?/],
    [['import', 'images', 'x', 'y', '--owner', 'ben'], 2, /one folder, bucket or list/],
    [['import', 'images', 'x', '--owner', 'ben', '--at-once', '99'], 2, /from 1 to 16/],
    [['import', 'images', 'x', '--ownr', 'ben'], 2, /did you mean --owner\?/],
    [
      ['import', 'images', 'x', '--owner', 'ben', '--folders', 'maps'],
      2,
      /--folders is one of none, album, tags/,
    ],
    [['import', '/no/such/folder', '--owner', 'ben'], 1, /no folder \/no\/such\/folder/],
    [['import', 'imags'], 2, /no command import imags; did you mean images\?/],
    [['import', 'images', import.meta.filename, '--manifest', 'x'], 2, /takes no manifest/],
    [['import', 'images', '/no/such/folder', '--owner', 'ben'], 1, /no folder \/no\/such\/folder/],
    [['import', 'images', tmpdir(), '--owner', 'zoe'], 1, /no account zoe/],
  ])('refuses %j plainly', async (words, code, message) => {
    expect(await run(words, environment)).toMatchObject({ code, err: expect.stringMatching(message) })
  })

  it('judges everything and takes nothing, where it is asked to', async () => {
    const dry = await take('--dry-run')
    expect([dry.code, dry.out], dry.err).toEqual([1, '3 would be imported, 6 refused.'])
    expect(await imagesOf('ben')).toEqual([])
  })

  it('foresees bytes that come twice and what the quota refuses', async () => {
    expect((await run(['users', 'create', 'dan', '--stdin'], environment, password)).code).toBe(0)
    const twice = join(folder, 'twice')
    await mkdir(twice)
    // The first two are the same; of the five that differ four have room.
    const widths = [40, 40, 41, 42, 43, 44]
    for (const [n, width] of widths.entries()) await writeFile(join(twice, `${n}.jpg`), await jpeg(width, 30))
    const lines = join(folder, 'twice.jsonl')
    await writeFile(lines, widths.map((_, n) => JSON.stringify({ file: `${n}.jpg` })).join('\n'))
    const take = (...more: string[]) => {
      const words = ['import', 'images', twice, '--manifest', lines, '--owner', 'dan', '--at-once', '1']
      return run([...words, ...more], environment)
    }
    const full = 'refused, This account may keep at most 4 images.'
    const dry = await take('--dry-run', '--duplicates', 'refuse')
    expect(dry.out, dry.err).toBe('4 would be imported, 2 refused.')
    expect(dry.err.split('\n')).toEqual(['1.jpg: refused, These bytes come twice.', `5.jpg: ${full}`])
    const taken = await take('--duplicates', 'refuse')
    expect(taken.out, taken.err).toBe('4 imported, 2 refused.')
    expect(taken.err.split('\n')).toEqual([
      expect.stringMatching(/^1\.jpg: refused, These bytes are there already/),
      `5.jpg: ${full}`,
    ])
    // Nothing is read any more for an account that is full.
    expect((await take('--dry-run', '--duplicates', 'refuse')).err).toBe(`1.jpg: ${full}\n5.jpg: ${full}`)
    await database.db.query("delete from images where original_name = '4.jpg'")
    expect((await take('--dry-run', '--duplicates', 'refuse')).err).toMatch(
      /^1\.jpg: refused, These bytes are there already/,
    )
    const linked = await take('--dry-run', '--duplicates', 'link')
    expect(linked.out, linked.err).toBe('1 would be imported, 1 there already, 4 imported before.')
  })

  it('takes files in as uploads while the service runs, which makes their renditions', async () => {
    const report = join(folder, 'report')
    const { code, out, err } = await take('--report', report)
    expect([code, out], err).toEqual([1, '3 imported, 6 refused.'])
    expect(err.split('\n').sort()).toEqual([
      '../index.html: refused, There is no such file.',
      'c.jpg: refused, eve is a viewer and may only read',
      'c.jpg: refused, there is no account nobody@example.com',
      expect.stringMatching(/^line 9: refused, .*alttext/),
      'out.jpg: refused, There is no such file.',
      expect.stringMatching(/^text\.jpg: refused, /),
    ])
    await expect
      .poll(async () => (await imagesOf('ann@example.com')).map(({ status }) => status), { timeout: 60_000 })
      .toEqual(['complete', 'complete'])
    // In the order of their times, the newest first.
    const [second, first] = await imagesOf('ann@example.com')
    expect(first).toMatchObject({
      originalName: 'Harbour.jpg',
      tags: ['sea'],
      altText: 'A harbour',
      uploadedAt: '2020-01-02T03:04:05.000Z',
      visibility: 'private',
      width: 90,
    })
    expect(second).toMatchObject({ originalName: 'b ü.jpg', visibility: 'public', width: 91 })
    const lines = (await readFile(report, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toContainEqual({
      subject: 'a.jpg',
      is: 'imported',
      file: 'a.jpg',
      oldId: '65b000000000000000000001',
      imageId: first?.id,
    })
    expect(lines).toContainEqual(
      expect.objectContaining({ subject: 'text.jpg', is: 'refused', code: 'unsupported_media_type' }),
    )
    const events = await database.db.query<{ type: string }>('select type from events where image_id = $1', [
      String(first?.id),
    ])
    const types = events.map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['image.created', 'upload.complete', 'image.complete']))
  })

  it('goes on where it stopped, brings nothing back that was deleted, and minds the quota', async () => {
    const [image] = await imagesOf('ben')
    await database.db.query('delete from images where id = $1', [String(image?.id)])
    expect((await take()).out).toBe('3 imported before, 6 refused.')
    // All of the folder this time, but for what is known and hidden.
    for (let n = 0; n < 4; n += 1) await writeFile(join(pictures, `more-${n}.jpg`), await jpeg(30 + n, 20))
    const all = await run(['import', 'images', pictures, '--owner', 'ben', '--at-once', '1'], environment)
    expect(all.code).toBe(1)
    expect(all.err).toMatch(/: refused, This account may keep at most 4 images/)
    expect(await imagesOf('ben')).toHaveLength(4)
    expect(all.drawn.join('\n')).toMatch(/\d imported/)
  })

  it('forgets what it took with the account', async () => {
    const { body } = await call<{ accessToken: string }>(service, '/api/auth/login', {
      body: { username: 'ann@example.com', password },
    })
    const auth = { authorization: `Bearer ${body.accessToken}` }
    expect((await fetch(`${service.url}/api/auth/me`, { method: 'DELETE', headers: auth })).status).toBe(204)
    const rows = () =>
      database.db.query('select source from imported_images where source like $1', ['id 65b%'])
    await expect.poll(rows, { timeout: 30_000 }).toEqual([])
    expect(await database.db.query('select old_id from imported_users')).toEqual([])
  })
})
