import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBucket, s3Client, s3Missing, s3StorageUrl, startS3 } from '../../../test/services/s3.ts'
import type { Service } from '../../../test/services/service.ts'
import { openOriginals } from './index.ts'

describe.skipIf(s3Missing)(
  `originals in a bucket of a real server${s3Missing === undefined ? '' : ` [skipped: ${s3Missing}]`}`,
  () => {
    let folder: string
    let server: Service
    const names = ['a.jpg', 'Ünder score/b (1).jpg', '.hidden/c.jpg']
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rendition-originals-'))
      server = await startS3(folder)
      await createBucket(server.url, 'old')
      const client = s3Client(server.url)
      for (const name of ['Outside.jpg', ...names.map((name) => `Old Files/${name}`)]) {
        await client.send(new PutObjectCommand({ Bucket: 'old', Key: name, Body: name }))
      }
      client.destroy()
    }, 120_000)
    afterAll(async () => {
      await server?.stop()
      await rm(folder, { recursive: true, force: true })
    })

    it('are listed and read below the prefix, however they are named', async () => {
      const url = s3StorageUrl(server.url, 'old').replace('@old?', '@old/Old%20Files?')
      const originals = await openOriginals(url)
      expect(originals.place).toContain('s3://old/Old Files/')
      expect(originals.place).not.toMatch(/@/)
      const found: string[] = []
      for await (const name of originals.list()) found.push(name)
      expect(found.sort()).toEqual(names.slice(0, 2).sort())
      const signal = new AbortController().signal
      for (const name of found)
        expect(await text(await originals.open(name, signal))).toBe(`Old Files/${name}`)
      await expect(originals.open('none.jpg', signal)).rejects.toMatchObject({ code: 'not_found' })
      await expect(originals.open('../Outside.jpg', signal)).rejects.toMatchObject({ code: 'not_found' })
      originals.close()
    })
  },
)

describe('originals in a folder', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rendition-originals-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('are all listed, however many folders lie beside and below each other', async () => {
    const made: string[] = []
    for (let year = 0; year < 4; year += 1) {
      for (let trip = 0; trip < 40; trip += 1) {
        const below = `y${year}/trip ${trip}`
        await mkdir(join(folder, below), { recursive: true })
        for (const name of ['a.jpg', 'b.jpg']) {
          await writeFile(join(folder, below, name), '')
          made.push(`${below}/${name}`)
        }
      }
    }
    await writeFile(join(folder, 'top.jpg'), '')
    await mkdir(join(folder, '.hidden'))
    await writeFile(join(folder, '.hidden', 'c.jpg'), '')
    await symlink(folder, join(folder, 'round'))
    const originals = await openOriginals(folder)
    const found: string[] = []
    for await (const name of originals.list()) found.push(name)
    expect(found.sort()).toEqual([...made, 'top.jpg'].sort())
    originals.close()
  })

  it('names a folder that cannot be read, and goes on with the others', async () => {
    const root = join(folder, 'odd')
    await mkdir(join(root, 'b'), { recursive: true })
    await writeFile(join(root, 'b', 'b.jpg'), '')
    // As a disk of other days has it: Latin-1, which no text of UTF-8 names.
    const odd = Buffer.concat([Buffer.from(join(root, 'R')), Buffer.from([0xf6]), Buffer.from('m')])
    await mkdir(odd)
    await writeFile(Buffer.concat([odd, Buffer.from('/c.jpg')]), '')
    await writeFile(Buffer.concat([odd, Buffer.from('.jpg')]), '')
    const originals = await openOriginals(root)
    const found: string[] = []
    for await (const name of originals.list()) found.push(name)
    expect(found.sort()).toEqual(['R\ufffdm.jpg', 'R\ufffdm/', 'b/b.jpg'].sort())
    const { signal } = new AbortController()
    for (const name of ['R\ufffdm.jpg', 'R\ufffdm/'])
      await expect(originals.open(name, signal)).rejects.toMatchObject({
        code: 'not_found',
        detail: 'Its name is not in UTF-8.',
      })
    originals.close()
  })

  it.skipIf(process.getuid?.() === 0)('says of what may not be read that it may not', async () => {
    const root = join(folder, 'shut')
    await mkdir(join(root, 'lost+found'), { recursive: true })
    await writeFile(join(root, 'a.jpg'), '')
    await writeFile(join(root, 'b.jpg'), '')
    await chmod(join(root, 'a.jpg'), 0)
    await chmod(join(root, 'lost+found'), 0)
    const originals = await openOriginals(root)
    const found: string[] = []
    for await (const name of originals.list()) found.push(name)
    expect(found.sort()).toEqual(['a.jpg', 'b.jpg', 'lost+found/'])
    const { signal } = new AbortController()
    for (const name of ['a.jpg', 'lost+found/'])
      await expect(originals.open(name, signal)).rejects.toMatchObject({
        code: 'not_found',
        detail: 'It may not be read.',
      })
    await chmod(join(root, 'lost+found'), 0o700)
    originals.close()
  })
})
