import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Album, Image } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { jpeg } from '../../images/testing/pictures.ts'
import type { RunningService } from '../../roles/service.ts'
import { run } from '../testing/run.ts'
import { call, startHere } from '../testing/service.ts'

const password = 'correct horse'

describe('rendition import', () => {
  let folder: string
  let environment: Record<string, string>
  let database: TestDatabase
  let service: RunningService
  let web: Server
  let origin: string
  let away: boolean
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cli-import-sources-'))
    database = await testDatabase()
    environment = {
      DATA_DIR: join(folder, 'data'),
      DATABASE_URL: database.url,
      PORT: '0',
      LOG_LEVEL: 'fatal',
      OUTBOUND_ALLOW: '127.0.0.1/32',
    }
    service = await startHere(folder, environment)
    for (const name of ['ann', 'ben'])
      expect((await run(['users', 'create', name, '--stdin'], environment, password)).code).toBe(0)
    const pictures = new Map([
      ['/2024/R%C3%B6m/a%20b.jpg', await jpeg(90, 60)],
      ['/c.jpg', await jpeg(91, 60)],
      ['/text.jpg', Buffer.from('no picture')],
    ])
    web = createServer((request, response) => {
      const bytes = pictures.get(request.url ?? '')
      if (away) response.writeHead(503).end()
      else if (bytes === undefined) response.writeHead(404).end()
      else response.end(bytes)
    })
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    web?.close()
    web?.closeAllConnections()
    await service?.stop()
    await database?.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })

  const as = async <T>(username: string, path: string): Promise<T> => {
    const signedIn = await call<{ accessToken: string }>(service, '/api/auth/login', {
      body: { username, password },
    })
    return (await call<T>(service, path, { token: signedIn.body.accessToken })).body
  }
  const imagesOf = async (username: string): Promise<Image[]> =>
    (await as<{ items: Image[] }>(username, '/api/images?sort=name')).items
  const albumsOf = async (username: string): Promise<string[]> =>
    (await as<{ items: Album[] }>(username, '/api/albums')).items.map(({ name }) => name).sort()

  it('fetches a list of addresses, tells of each that gave no picture, and goes on with those', async () => {
    const list = join(folder, 'urls.txt')
    await writeFile(
      list,
      [
        '# from the old site',
        `${origin}/2024/R%C3%B6m/a%20b.jpg`,
        '',
        `  ${origin}/c.jpg  `,
        `${origin}/none.jpg`,
        `${origin}/text.jpg`,
        'http://10.0.0.1/inner.jpg',
        'http://user:secret@127.0.0.1/x.jpg',
        'photo.jpg',
        `${origin}/${'x'.repeat(2_100)}`,
      ].join('\r\n'),
    )
    const words = ['import', list, '--owner', 'ann', '--folders', 'album', '--at-once', '1']
    away = true
    const none = await run(words, environment)
    expect([none.code, none.out]).toEqual([1, '8 refused.'])
    expect(none.err).toContain('c.jpg: refused, The address answered 503.')
    away = false
    const first = await run(words, environment)
    expect([first.code, first.out]).toEqual([1, '2 imported, 6 refused.'])
    expect(first.err.split('\n')).toEqual([
      `${origin}/none.jpg: refused, The address answered 404.`,
      expect.stringMatching(/text\.jpg: refused, /),
      expect.stringMatching(/inner\.jpg: refused, 10\.0\.0\.1 may not be reached/),
      expect.stringMatching(/^line 8: refused, it is no http or https URL without credentials/),
      expect.stringMatching(/^line 9: refused/),
      expect.stringMatching(/^line 10: refused/),
    ])
    expect((await imagesOf('ann')).map(({ originalName }) => originalName)).toEqual(['a b.jpg', 'c.jpg'])
    expect(await albumsOf('ann')).toEqual(['2024/Röm'])
    expect((await run(words, environment)).out).toBe('2 imported before, 6 refused.')
    expect(first.drawn.join('\n')).toMatch(/^\[[#-]{10}\] \d+ % of 8/m)
  })

  it('makes albums or tags of folders, and what is wished of the same bytes', async () => {
    const pictures = join(folder, 'pictures')
    await mkdir(join(pictures, 'Trips', 'Rome'), { recursive: true })
    await writeFile(join(pictures, 'Trips', 'Rome', 'one.jpg'), await jpeg(70, 60))
    await writeFile(join(pictures, 'two.jpg'), await jpeg(70, 60))
    const dry = await run(
      ['import', pictures, '--owner', 'ben', '--dry-run', '--folders', 'album'],
      environment,
    )
    expect(dry.out, dry.err).toBe('2 would be imported.')
    expect(await albumsOf('ben')).toEqual([])
    const take = (owner: string, ...more: string[]) =>
      run(['import', pictures, '--owner', owner, '--at-once', '1', ...more], environment)
    const linked = await take('ben', '--folders', 'tags', '--duplicates', 'link')
    expect([linked.code, linked.out]).toEqual([0, '1 imported, 1 there already.'])
    expect(await imagesOf('ben')).toEqual([expect.objectContaining({ originalName: expect.any(String) })])
    // The same folder for another account, whose it is not yet.
    const other = await take('ann', '--folders', 'album', '--duplicates', 'refuse')
    expect([other.code, other.out]).toEqual([1, '1 imported, 1 refused.'])
    expect(other.err).toContain('These bytes are there already')
    expect((await take('ann', '--duplicates', 'keep')).out).toBe('1 imported, 1 imported before.')
    expect((await take('ann')).out).toBe('2 imported before.')
  })

  it('takes files whose path is as long as there are', async () => {
    const deep = join(folder, 'deep')
    // Incompressible, as an index keeps it.
    const parts = Array.from({ length: 14 }, (_, n) =>
      Array.from({ length: 200 }, (_, m) =>
        String.fromCodePoint(97 + ((n * 7919 + m * m * 31 + m * n) % 26)),
      ).join(''),
    )
    const place = join(deep, ...parts)
    await mkdir(place, { recursive: true })
    await writeFile(join(place, 'far.jpg'), await jpeg(55, 60))
    const report = join(folder, 'deep.report')
    const { out } = await run(['import', deep, '--owner', 'ben', '--report', report], environment)
    expect([out, await readFile(report, 'utf8')]).toEqual(['1 imported.', expect.stringContaining('far.jpg')])
    expect((await run(['import', deep, '--owner', 'ben'], environment)).out).toBe('1 imported before.')
  })
})
