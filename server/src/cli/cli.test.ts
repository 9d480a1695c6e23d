import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder, parseSecrets } from '../platform/data-folder/index.ts'
import { redact } from './doctor/redact.ts'
import { withOptions } from './options.ts'
import { version } from './paths.ts'
import { run } from './testing/run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'))
})
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

const picture = (width = 900, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: '#c63' } })
    .jpeg()
    .toBuffer()

describe('rendition', () => {
  it('tells its version and its commands', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: version })
    const help = await run(['--help'])
    expect(help.code).toBe(0)
    for (const name of ['serve', 'render', 'doctor', 'health', 'migrate']) expect(help.out).toContain(name)
    expect((await run(['render', '--help'])).out).toContain('--watermark-text')
  })

  it.each([
    [[], /which command/],
    [['cook'], /no command cook/],
    [['serve', '--nope'], /--nope/],
    [['serve', 'extra'], /extra/],
    [['serve', '--port'], /--port/],
    [['render'], /which files/],
    [['render', 'a.jpg', '--width', '0'], /--width must be/],
    [['render', 'a.jpg', '--width', '10', '--width', '20'], /--width is given 2 times/],
    [['render', 'a.jpg', '--preset', 'huge'], /no preset huge; there are thumbnail/],
    [['render', 'a.jpg', '--watermark-size', '7'], /--watermark-size must be/],
    [['render', 'a.jpg', '--preset', 'original', '--blur', '3'], /original/],
  ])('refuses the words %j plainly', async (words, message) => {
    const { code, err } = await run(words)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
    expect(err).not.toMatch(/\n\s+at /)
  })

  it('names every fault of the configuration', async () => {
    const { code, err } = await run(['serve'], { PORT: 'eighty', LOG_LEVEL: 'loud' })
    expect([code, err]).toEqual([78, expect.stringMatching(/PORT[\s\S]*LOG_LEVEL|LOG_LEVEL[\s\S]*PORT/)])
  })

  it('lets an option win over both forms of its variable', () => {
    expect(
      withOptions({ PORT_FILE: '/x', HOST: 'a' }, { port: '1' }, { port: 'PORT', host: 'HOST' }),
    ).toEqual({
      PORT: '1',
      HOST: 'a',
    })
  })
})

describe('rendition render', () => {
  it('makes every preset of a file', async () => {
    const file = join(folder, 'harbour.jpg')
    const bytes = await picture()
    await writeFile(file, bytes)
    const { code, out, drawn } = await run(['render', file, '--out', join(folder, 'out')])
    expect(code).toBe(0)
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(
      ['large', 'medium', 'original', 'small', 'thumbnail'].map((name) => `harbour-${name}.jpg`),
    )
    expect(out).toMatch(/harbour-small\.jpg {2}480 × 320 {2}\d+ B/)
    expect((await readFile(join(folder, 'out/harbour-original.jpg'))).equals(bytes)).toBe(true)
    expect(drawn.at(-1)).toBe('')
    expect(drawn.join()).toContain('1/1')
  })

  it('takes the parameters of the service, a colour that looks like a number too', async () => {
    const file = join(folder, 'a.jpg')
    await writeFile(file, await picture(100, 100))
    const words = ['--width', '40', '--pad', '10', '--background', '000', '--format', 'png', '--rotate=-90']
    expect(await run(['render', file, '--out', folder, ...words])).toMatchObject({ code: 0 })
    const { data, info } = await sharp(join(folder, 'a.png'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([60, 60, 0, 0, 0])
  })

  it('reads one picture from stdin', async () => {
    const { code } = await run(
      ['render', '-', '--width', '50', '--format', 'webp', '--out', folder],
      {},
      await picture(),
    )
    expect(code).toBe(0)
    expect((await sharp(join(folder, 'stdin.webp')).metadata()).width).toBe(50)
  })

  it('goes on after a file that fails, names it, and fails', async () => {
    const good = join(folder, 'good.jpg')
    const bad = join(folder, 'bad.jpg')
    await writeFile(good, await picture())
    await writeFile(bad, 'words')
    const out = join(folder, 'out')
    const { code, err } = await run([
      'render',
      bad,
      join(folder, 'missing.jpg'),
      good,
      '--width',
      '50',
      '--out',
      out,
    ])
    expect(code).toBe(1)
    expect(err).toContain(`${bad}: `)
    expect(err).toContain('missing.jpg: there is no such file')
    expect(err).toContain('2 of 3 failed')
    expect(await readdir(out)).toEqual(['good.jpg'])
  })

  it('replaces nothing unless told, and never the picture itself', async () => {
    const file = join(folder, 'a.jpg')
    const bytes = await picture()
    await writeFile(file, bytes)
    const out = join(folder, 'out')
    const again = ['render', file, '--width', '50', '--out', out]
    expect((await run(again)).code).toBe(0)
    expect(await run(again)).toMatchObject({ code: 1, err: expect.stringContaining('--force') })
    expect((await run([...again, '--force'])).code).toBe(0)
    const itself = await run(['render', file, '--width', '50', '--out', folder, '--force'])
    expect(itself).toMatchObject({ code: 1, err: expect.stringContaining('is the picture itself') })
    expect((await readFile(file)).equals(bytes)).toBe(true)
    expect(await readdir(out)).toEqual(['a.jpg'])
  })

  it('does not let two files of one name overwrite each other', async () => {
    const files = [join(folder, 'a.jpg'), join(folder, 'a.png')]
    await writeFile(files[0] ?? '', await picture())
    await writeFile(
      files[1] ?? '',
      await sharp(await picture())
        .png()
        .toBuffer(),
    )
    const { code, err } = await run([
      'render',
      ...files,
      '--width',
      '9',
      '--format',
      'webp',
      '--out',
      join(folder, 'o'),
    ])
    expect([code, err]).toEqual([1, expect.stringContaining('made from another file of that name')])
  })
})

describe('rendition doctor', () => {
  it('looks at every part and says that all is well', async () => {
    const dataDir = join(folder, 'data')
    const { code, out } = await run(['doctor'], { DATA_DIR: dataDir, PORT: '0' })
    for (const name of [
      'Node',
      'data folder',
      'database',
      'storage',
      'queue',
      'cache',
      'events',
      'rendering',
    ]) {
      expect(out).toMatch(new RegExp(`^ok {4}${name}: `, 'm'))
    }
    expect(out).not.toMatch(/FAIL {2}(?!installation)/)
    expect([0, 1]).toContain(code)
    expect(await readdir(folder), 'it makes nothing').toEqual([])
  })

  it('says of a data folder that a service uses what to do, and nothing else', async () => {
    const dataDir = join(folder, 'data')
    const used = await openDataFolder(dataDir)
    try {
      const { out } = await run(['doctor'], { DATA_DIR: dataDir, PORT: '0' })
      expect(out).toMatch(/^note {2}data folder: .* is in use by .*\n(?! {6})/m)
    } finally {
      await used.release()
    }
  })

  it('tries the PostgreSQL that PG_BIN names', async () => {
    const { code, out } = await run(['doctor'], { DATA_DIR: join(folder, 'data'), PORT: '0', PG_BIN: folder })
    expect(code).toBe(1)
    expect(out).toMatch(/^FAIL {2}database: There is no working PostgreSQL server .* in /m)
  })

  it('says what is wrong and what to do', async () => {
    const { code, out } = await run(['doctor'], {
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      DATABASE_URL: 'postgres://ann:secret@127.0.0.1:1/none',
      MONGO_URI: 'mongodb://ann:secret@mongo/db',
      RABBITMQ_HOST: '127.0.0.1',
      RABBITMQ_PORT: '1',
      PUBLIC_URL: 'https://images.example.com',
    })
    expect(code).toBe(1)
    expect(out).toMatch(/^note {2}MONGO_URI: is not read: .*DATABASE_URL/m)
    expect(out).toMatch(/^ok {4}RABBITMQ_HOST: is taken: it sets QUEUE_URL/m)
    expect(out).toMatch(/^FAIL {2}queue: /m)
    expect(out).toMatch(/^note {2}passwords: at least 7 characters/m)
    expect(out).toMatch(/^FAIL {2}database: /m)
    expect(out).toContain('DATABASE_URL is postgres://ann:***@127.0.0.1:1/none')
    expect(out).not.toContain('secret')
  })

  it('lists the faults of the configuration', async () => {
    expect(await run(['doctor'], { PORT: 'x' })).toMatchObject({
      code: 78,
      out: expect.stringContaining('FAIL  PORT'),
    })
  })

  it('shows no secrets', () => {
    expect(redact('s3://bucket?accessKey=AK&secretKey=SK')).toBe('s3://bucket?accessKey=***&secretKey=***')
    expect(redact('amqp://u:p@host/v')).toBe('amqp://u:***@host/v')
    expect(redact('redis+sentinel://:p@one:1,two:2/main?sentinelPassword=q')).toBe(
      'redis+sentinel://:***@one:1,two:2/main?sentinelPassword=***',
    )
  })
})

describe('rendition health', () => {
  let status = 200
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(status).end('{"status":"unready"}')
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  it('passes what the process of the same configuration answers on as an exit code', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const PORT = `${(server.address() as AddressInfo).port}`
    // As in a container: it listens on every address.
    expect(await run(['health'], { HOST: '0.0.0.0', PORT })).toEqual({ code: 0, out: '', err: '', drawn: [] })
    status = 503
    const { code, err } = await run(['health', '--ready', '--port', PORT], { PORT: '1' })
    expect([code, err]).toEqual([1, expect.stringMatching(/\/ready answered 503: .*unready/)])
    expect(asked).toEqual(['/health', '/ready'])
    await new Promise((resolve) => server.close(resolve))
    expect(await run(['health'], { PORT })).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not answer'),
    })
  })

  it('refuses to guess an address', async () => {
    expect(await run(['health'], { PORT: '0' })).toMatchObject({
      code: 2,
      err: expect.stringContaining('PORT'),
    })
    expect(await run(['health'], { PORT: 'x' })).toMatchObject({ code: 78 })
  })
})

describe('rendition secrets', () => {
  it('prints secrets that processes can share, other ones each time', async () => {
    const [first, second] = [await run(['secrets']), await run(['secrets'])]
    expect(parseSecrets(first.out, 'SECRETS').signingKeys).toHaveLength(1)
    expect(first.out).not.toBe(second.out)
  })

  it('writes them for nobody else to read, and over no other file', async () => {
    const path = join(folder, 'shared-secrets.json')
    expect(await run(['secrets', '--out', path])).toMatchObject({ code: 0, out: '' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const text = await readFile(path, 'utf8')
    expect(parseSecrets(text, path).signingKeys).toHaveLength(1)
    expect(await run(['secrets', '--out', path])).toMatchObject({
      code: 1,
      err: expect.stringContaining('exists'),
    })
    expect(await readFile(path, 'utf8')).toBe(text)
  })
})

describe('rendition migrate', () => {
  it('applies what is pending, once', async () => {
    const environment = { DATA_DIR: join(folder, 'data') }
    const first = await run(['migrate'], environment)
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/applied 0001/) })
    expect(await run(['migrate'], environment)).toMatchObject({ code: 0, out: 'The database is up to date.' })
  })
})
