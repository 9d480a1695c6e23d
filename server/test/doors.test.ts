import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { DirectUpload, Image, Job, Page, Problem } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { takeImage } from '../src/cli/import/take-image.ts'
import { jpeg, multipart } from '../src/images/testing/pictures.ts'
import { createTusClient, metadataOf } from '../src/images/testing/tus-client.ts'
import { zipOf } from '../src/images/testing/zip.ts'
import type { User } from './works.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

/** What the door answers: null where the file was taken. */
type Code = string | null
type Fields = { duplicates?: 'link' }
type Door = (user: User, bytes: Buffer, fields: Fields) => Promise<Code>

const most = 300_000
let shop: Workshop
let origin: string
let source: Server
/** What the source sends. */
let served: Buffer = Buffer.of()
/** Accounts that may keep hardly anything. */
const poor = new Set<string>()
beforeAll(async () => {
  shop = await openWorkshop({
    images: {
      presets: {},
      uploadDuplicates: 'refuse',
      maxFileBytes: most,
      maxUploadBytes: most,
      maxArchiveBytes: 4 * most,
    },
    outboundAllow: ['127.0.0.0/8'],
    quotaOf: async (_db, ownerId) => ({ bytes: poor.has(ownerId) ? 10 : null, images: null }),
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  origin = `http://127.0.0.1:${(shop.app.server.address() as AddressInfo).port}`
  source = createServer((_request, response) => response.end(served)).listen(0, '127.0.0.1')
  await vi.waitFor(() => expect(source.listening).toBe(true))
  // A bucket that has got what was sent to it, for a storage of files.
  const { growing } = shop.storage
  const direct = {
    begin: (id: string) => growing.begin(id),
    links: async () => [],
    async gather(id: string) {
      await writeFile(`${shop.folder}/.growing/${id}`, served)
      return { size: served.length }
    },
  }
  Object.assign(growing, { direct })
})
afterAll(async () => {
  source.close()
  await shop.close()
})

const { send, patch, get } = createTusClient(() => origin)
const post = async <T>(user: User, url: string, payload: object | Buffer = {}, headers = {}) => {
  const more = { headers: { ...user.headers, ...headers }, payload }
  const answer = await shop.app.inject({ method: 'POST', url, ...more })
  return { code: answer.statusCode < 400 ? null : answer.json<Problem>().code, body: answer.json<T>() }
}
const ended = (user: User, id: string): Promise<Job> =>
  vi.waitFor(
    async () => {
      const job = await get<Job>(user, `/api/jobs/${id}`)
      expect(job.finishedAt).not.toBeNull()
      return job
    },
    { timeout: 30_000, interval: 30 },
  )
const imagesOf = async (user: User) => (await get<Page<Image>>(user, '/api/images')).items
const form = (name: string, value: Buffer, filename: string, fields: Fields) =>
  multipart([
    { name, value, filename },
    ...Object.entries({ tags: 'sea', ...fields }).map(([field, text]) => ({ name: field, value: text })),
  ])

const doors: Record<string, Door> = {
  async 'a form'(user, bytes, fields) {
    const { payload, headers } = form('f', bytes, 'one.jpg', fields)
    return (await post(user, '/api/images', payload, headers)).code
  },
  async tus(user, bytes, fields) {
    const made = await send(user, 'POST', '/api/uploads', {
      'upload-length': String(bytes.length),
      'upload-metadata': metadataOf({ filename: 'one.jpg', tags: 'sea', ...fields }),
    })
    if (made.status !== 201) return made.body.code
    return (await patch(user, made.headers.get('location') ?? '', 0, bytes)).body.code ?? null
  },
  async 'the storage itself'(user, bytes, fields) {
    served = bytes
    const wanted = { size: bytes.length, originalName: 'one.jpg', tags: ['sea'], ...fields }
    const { code, body } = await post<DirectUpload>(user, '/api/uploads/direct', wanted)
    return code ?? (await post(user, body.completeUrl)).code
  },
  async 'an address'(user, bytes, fields) {
    served = bytes
    const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/one.jpg`
    const { code, body } = await post<Job>(user, '/api/images/import', { url, tags: ['sea'], ...fields })
    return code ?? (await ended(user, body.id)).errorCode
  },
  async 'an archive'(user, bytes, fields) {
    const zip = zipOf([{ name: 'one.jpg', data: bytes }])
    const { payload, headers } = form('archive', zip, 'all.zip', fields)
    const { code, body } = await post<Job>(user, '/api/images/archive', payload, headers)
    if (code !== null) return code
    const { errorCode, result } = await ended(user, body.id)
    return errorCode ?? (result as { rejected?: { code: string }[] } | null)?.rejected?.[0]?.code ?? null
  },
  async 'the command'(user, bytes, { duplicates }) {
    const { is, facts } = await takeImage(
      {
        ingest: {
          uploads: shop.images.uploads,
          findAccount: async () => ({ id: user.userId, role: 'user' }) as never,
        },
        originals: {
          place: crypto.randomUUID(),
          open: async () => Readable.from([bytes], { objectMode: false }),
        },
        how: { owner: 'me', folders: 'none', duplicates },
        foresight: null,
        pauses: [],
        signal: AbortSignal.timeout(30_000),
      },
      {
        file: 'one.jpg',
        path: null,
        owner: null,
        oldId: null,
        originalName: 'one.jpg',
        tags: ['sea'],
        altText: null,
        visibility: 'private',
        uploadedAt: null,
      },
    )
    return is === 'refused' ? String(facts?.code) : null
  },
}

/** A JPEG that says it has 65,000 × 65,000 pixels. */
function bombOf(small: Buffer): Buffer {
  const bytes = Buffer.from(small)
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(65_000, at + 5)
  bytes.writeUInt16BE(65_000, at + 7)
  return bytes
}

it.each(Object.entries(doors))(
  'by %s the same is refused in the same words, and what is taken is told alike',
  async (name, door) => {
    const picture = await jpeg(60, 40)
    const refused: [string, Buffer, string][] = [
      ['a text', Buffer.alloc(5_000, 'a text '), 'unsupported_media_type'],
      ['nothing', Buffer.of(), 'unsupported_media_type'],
      ['a bomb', bombOf(picture), 'too_many_pixels'],
      ['a picture that is cut off', picture.subarray(0, 60), 'undecodable'],
      ['too many bytes', Buffer.concat([picture, Buffer.alloc(most)]), 'file_too_large'],
    ]
    const user = shop.user()
    const said: [string, Code][] = []
    // A direct upload of no bytes cannot be asked for.
    const possible = refused.filter(([what]) => name !== 'the storage itself' || what !== 'nothing')
    for (const [what, bytes] of possible) said.push([what, await door(user, bytes, {})])
    expect(said).toEqual(possible.map(([what, , code]) => [what, code]))
    expect(await imagesOf(user)).toEqual([])

    const another = shop.user()
    poor.add(another.userId)
    expect(await door(another, picture, {})).toBe('quota_exceeded')
    expect(await imagesOf(another)).toEqual([])

    expect(await door(user, picture, {})).toBeNull()
    // As the installation wishes, and as this request does.
    expect(await door(user, picture, {})).toBe('duplicate')
    expect(await door(user, picture, { duplicates: 'link' })).toBeNull()
    const [image, ...others] = await imagesOf(user)
    expect(others).toEqual([])
    if (image === undefined) throw new Error('no image')
    expect(image).toMatchObject({
      originalName: 'one.jpg',
      contentType: 'image/jpeg',
      visibility: 'private',
      tags: ['sea'],
      size: picture.length,
      sha256: createHash('sha256').update(picture).digest('hex'),
      width: 60,
      height: 40,
    })
    await vi.waitFor(
      async () => {
        const events = await shop.database.db.query<{ type: string }>(
          `select type from events where owner_id = $1 and image_id = $2 and type ~ '^(image|upload)[.]' order by position`,
          [user.userId, image.id],
        )
        expect(events.map(({ type }) => type)).toEqual(['image.created', 'upload.complete', 'image.complete'])
      },
      { timeout: 20_000, interval: 50 },
    )
  },
)
