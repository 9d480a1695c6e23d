// @module-tag slow/every-way-out
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'
import { embeddedPictures, findings, type Planted } from './embedded-pictures.ts'
import { scene } from './pictures.ts'
import { type Kind, kinds, pictureWithPreviews, plantedPictures } from './pictures-with-previews.ts'
import { runCommand, type Service, startService } from './service.ts'

/*
 * Pictures full of previews go in; in every way out there is none. A preview shows what a crop or a blur took away.
 * `keep` of a picture to which nothing was done, in its own format, may be the original as it is, for its owner.
 */

const policies = ['strip', 'copyright', 'keep'] as const
const formats = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const
const presets = ['thumbnail', 'small', 'medium', 'large'] as const
const moving: ReadonlySet<Kind> = new Set(['gif', 'animated-webp'])

interface Upload {
  bytes: Buffer
  private: ImageBody
  public: ImageBody
}

let service: Service
let planted: Planted
let owner: Api
let stranger: Api
const uploads = new Map<Kind, Upload>()
beforeAll(async () => {
  // Requests by the dozen, and on a busy machine: none is to be turned away
  const patience = { RENDER_QUEUE: '500', RENDER_QUEUE_WAIT_MS: '60000', DELIVERY_RENDER_TIMEOUT_MS: '60000' }
  // What is made behind the answers is a way out as well
  const [started, pictures] = await Promise.all([
    startService({ own: true, env: { ...patience, DELIVERY_AVIF: 'later' } }),
    plantedPictures(),
  ])
  service = started
  planted = pictures
  stranger = createApi(service.baseUrl)
  // The first account is the administrator
  await stranger.register()
  owner = stranger.as((await stranger.register()).accessToken)
  await Promise.all(
    kinds.map(async (kind) => {
      const bytes = await pictureWithPreviews(kind, planted)
      const one = (visibility: string) => owner.picture(bytes, `${kind}.bin`, { visibility })
      uploads.set(kind, { bytes, private: await one('private'), public: await one('public') })
    }),
  )
})
afterAll(() => service?.stop())

function upload(kind: Kind): Upload {
  const found = uploads.get(kind)
  if (!found) throw new Error(`there is no ${kind}`)
  return found
}
/** Whether nothing is done for a preset: the picture is no larger. */
const isWhole = (kind: Kind, preset: string): boolean =>
  (upload(kind).private.width <= 480 ? /small|medium|large/ : /large/).test(preset)
const both = (kind: Kind) => [upload(kind).private, upload(kind).public]

/** What is found in an answer, which must be a picture; nothing where that is right. */
async function foundAt(api: Api, path: string): Promise<string[]> {
  const answer = await api.get(path)
  if (answer.status === 303) return foundAt(api, answer.headers.get('location') ?? '')
  const { status, headers, bytes } = answer
  const refused = status === 200 ? '' : ` ${bytes.toString('utf8', 0, 200)}`
  expect(`${status} ${headers.get('content-type')?.split('/')[0]}${refused}`, path).toBe('200 image')
  return embeddedPictures(bytes, planted)
}

/** Every path that gives a picture inside a picture, with what it is. */
async function leaks(api: Api, paths: readonly string[]): Promise<Record<string, string[]>> {
  expect(paths.length).toBeGreaterThan(0)
  const found = await Promise.all(paths.map(async (path) => [path, await foundAt(api, path)] as const))
  return Object.fromEntries(found.filter(([, names]) => names.length > 0))
}

async function transformed(id: string, body: Record<string, unknown>): Promise<string> {
  const asked = await owner.post<{ jobId: string }>(`/api/images/${id}/transform`, body)
  expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  expect(await owner.ended(asked.body.jobId)).toMatchObject({ status: 'complete' })
  return asked.body.jobId
}

const taking = ['crop=0,0,70,60', 'crop=8,8,100,60&w=40&blur=2', 'w=60&grayscale=true'] as const

/**
 * What takes something away, in every format under every policy: for each kind every pair of format, policy and what
 * it takes, by a Latin square, and all three together over the kinds.
 */
const queriesOf = (kind: Kind): string[] =>
  formats.flatMap((format, column) =>
    format === 'avif' && moving.has(kind)
      ? []
      : policies.map((metadata, row) => {
          const query = taking[(kinds.indexOf(kind) + column + row) % taking.length]
          return `${query}&format=${format}&metadata=${metadata}`
        }),
  )

describe('the scan', () => {
  it('finds everything it knows in the pictures that go in, and nothing in plain ones', async () => {
    const found = new Set(kinds.flatMap((kind) => embeddedPictures(upload(kind).bytes, planted)))
    expect([...found].sort()).toEqual([...findings].sort())
    const options: Record<string, object> = { tiff: { compression: 'lzw' }, avif: { effort: 0 } }
    for (const format of formats) {
      const plain = await scene(300, 200)
        .toFormat(format, options[format] ?? {})
        .toBuffer()
      expect(embeddedPictures(plain, planted), format).toEqual([])
    }
  })

  it.each(kinds)(
    'finds what was planted in the original of a %s, which its owner gets as it was',
    async (kind) => {
      const { bytes } = upload(kind)
      for (const image of both(kind)) {
        const explained = await owner.get<{ url: string }>(`/api/images/${image.id}/explain?preset=original`)
        const paths = ['', '?preset=original', '?metadata=keep', '?v=1'].map(
          (query) => `/images/${image.id}${query}`,
        )
        for (const path of paths) {
          const answer = await owner.get(path)
          expect(answer.bytes.equals(bytes), path).toBe(true)
          expect(embeddedPictures(answer.bytes, planted), path).toContain('bytes of what was planted')
        }
        const signed = await stranger.get(explained.body.url)
        expect(signed.bytes.equals(bytes), explained.body.url).toBe(true)
      }
    },
  )
})

describe.each(kinds)('of a %s', (kind) => {
  it('no preset holds a preview, by its address, its name, the older path or with a wish', async () => {
    for (const image of both(kind)) {
      const { original, ...made } = image.sizes
      expect(Object.keys(made).sort()).toEqual([...presets].sort())
      const addresses = Object.values(made).map(({ url }) => url)
      expect(await leaks(stranger, addresses)).toEqual({})
      const named = presets.flatMap((preset) => [
        `/images/${image.id}?preset=${preset}`,
        ...['strip', 'copyright'].map(
          (metadata) => `/images/${image.id}?preset=${preset}&metadata=${metadata}`,
        ),
      ])
      expect(await leaks(owner, [...named, `/thumbnails/${image.id}`, `/thumbnails/${image.jobId}`])).toEqual(
        {},
      )
      // Nothing is done to a picture smaller than the preset: with all its metadata it is the original
      for (const preset of presets) {
        const path = `/images/${image.id}?preset=${preset}&metadata=keep`
        const { bytes } = await owner.get(path)
        const whole = isWhole(kind, preset) && bytes.equals(upload(kind).bytes)
        expect(whole ? [] : embeddedPictures(bytes, planted), path).toEqual([])
      }
      expect(original?.size).toBe(upload(kind).bytes.length)
    }
  })

  it('no rendition at a URL holds one, in no format and under no policy', async () => {
    const { id } = upload(kind).private
    const queries = [
      ...queriesOf(kind),
      ...(moving.has(kind) ? policies.map((policy) => `crop=0,0,70,60&frame=1&metadata=${policy}`) : []),
    ]
    expect(
      await leaks(
        owner,
        queries.map((query) => `/images/${id}?${query}`),
      ),
    ).toEqual({})
  })

  it('none gets to a stranger', async () => {
    const { id, sizes } = upload(kind).public
    const open = ['', '?preset=original', '?v=1', '?v=1&preset=original', '?w=640', '?w=750&format=auto']
    expect(
      await leaks(stranger, [
        ...open.map((query) => `/images/${id}${query}`),
        ...presets.map((preset) => `/images/${id}?preset=${preset}`),
        sizes.original?.url ?? '',
      ]),
    ).toEqual({})
    const signed = await Promise.all(
      [
        'crop=0,0,50,50&metadata=keep',
        'preset=small&metadata=copyright',
        'w=70&format=png&metadata=keep',
      ].map(async (query) => {
        const { body } = await owner.get<{ url: string }>(`/api/images/${id}/explain?${query}`)
        expect(body.url).toContain('sig=')
        return body.url
      }),
    )
    expect(await leaks(stranger, signed)).toEqual({})
    for (const query of [
      'metadata=keep',
      'preset=large&metadata=keep',
      'w=640&metadata=keep',
      'crop=0,0,50,50',
    ]) {
      const answer = await stranger.get(`/images/${id}?${query}`)
      const held = answer.status === 200 ? embeddedPictures(answer.bytes, planted) : []
      expect([answer.status, held], query).toEqual([expect.toBeOneOf([200, 403]), []])
    }
  })

  it.each([...['image/avif,image/webp,*/*', 'image/webp', 'image/jpeg', '*/*'].entries()])(
    'none is in what is chosen for the asker %i: %s',
    async (asker, accept) => {
      // Whose it is does not change what is made of it: by turns
      const { id } = both(kind)[(kinds.indexOf(kind) + asker) % 2] ?? upload(kind).private
      for (const query of [...policies.map((policy) => `w=90&metadata=${policy}`), 'preset=small', 'w=640']) {
        const path = `/images/${id}?${query}&format=auto`
        const { status, bytes } = await owner.get(path, { accept })
        expect([status, embeddedPictures(bytes, planted)], path).toEqual([200, []])
      }
    },
  )

  it('no result of a job holds one, kept or not', async () => {
    const { id } = await owner.picture(upload(kind).bytes, 'jobs.bin')
    const crop = { crop: '0,0,70,60' }
    const steps = {
      steps: [
        { op: 'crop', x: 4, y: 4, width: 60, height: 50 },
        { op: 'blur', sigma: 2 },
      ],
    }
    // The last is written anew, though nothing is done to it
    const asked = [crop, steps].flatMap((one) => policies.map((metadata) => ({ ...one, metadata })))
    const jobs = await Promise.all(
      [...asked, { metadata: 'copyright' }].map((one) => transformed(id, { ...one, saveImage: false })),
    )
    const results = jobs.flatMap((job) => [`/api/jobs/${job}/result`, `/images/transformedImage/${job}`])
    expect(await leaks(owner, results)).toEqual({})
  })

  it('no version holds one, nor after undo, redo and restore', async () => {
    const { id } = await owner.picture(upload(kind).bytes, 'versions.bin', { visibility: 'public' })
    const current = [
      '',
      '?metadata=keep',
      '?metadata=keep&preset=large',
      '?metadata=keep&w=5000&enlarge=false',
    ]
    const paths = async (versions: readonly number[]) => {
      const { sizes } = await owner.complete(id)
      const { original, ...made } = sizes
      return [
        ...Object.values(made).map(({ url }) => url),
        ...current.map((query) => `/images/${id}${query}`),
        ...versions.flatMap((v) => current.map((query) => `/images/${id}${query || '?'}&v=${v}`)),
        `/thumbnails/${id}`,
      ]
    }
    const first = await transformed(id, { crop: '0,0,80,70', metadata: 'keep', saveImage: true })
    expect(await leaks(owner, [...(await paths([2])), `/api/jobs/${first}/result`])).toEqual({})
    const second = await transformed(id, { blur: 2, saveImage: true })
    expect(await leaks(owner, [...(await paths([2, 3])), `/api/jobs/${second}/result`])).toEqual({})
    expect((await owner.post(`/api/images/${id}/undo`)).status).toBe(200)
    expect(await leaks(owner, await paths([2, 3]))).toEqual({})
    expect((await owner.post(`/api/images/${id}/redo`)).status).toBe(200)
    expect(await leaks(owner, await paths([2, 3]))).toEqual({})
    expect((await owner.post(`/api/images/${id}/versions/2/restore`)).status).toBeLessThan(300)
    expect(await leaks(owner, await paths([2, 3, 4]))).toEqual({})
    const asked = await owner.post<{ id: string }>('/api/jobs', {
      imageId: id,
      type: 'renditions',
      presets: ['small'],
    })
    expect(await owner.ended(asked.body.id)).toMatchObject({ status: 'complete' })
    expect(await leaks(owner, [...(await paths([4])), `/api/jobs/${asked.body.id}/result`])).toEqual({})
    expect(
      await leaks(stranger, [`/images/${id}`, `/images/${id}?preset=original`, `/images/${id}?v=3`]),
    ).toEqual({})
  })

  it('a new original, and a picture laid over another, bring none along', async () => {
    const base = await owner.picture(await scene(300, 200).jpeg().toBuffer(), 'base.jpg')
    const mark = upload(kind).private.id
    // Over the kinds every format under every policy, and of each kind every format and every policy
    const laid = formats.map((format, column) => {
      const policy = policies[(kinds.indexOf(kind) + column) % policies.length]
      return `watermarkImage=${mark}&format=${format}&metadata=${policy}`
    })
    expect(
      await leaks(
        owner,
        laid.map((query) => `/images/${base.id}?${query}`),
      ),
    ).toEqual({})
    const job = await transformed(base.id, { watermarkImage: mark, metadata: 'keep', saveImage: true })
    expect(await leaks(owner, [`/api/jobs/${job}/result`, `/images/${base.id}`])).toEqual({})
    const file = { name: 'new.bin', bytes: upload(kind).bytes }
    const replaced = await owner.upload([file], {}, `/api/images/${base.id}/replace`)
    expect(replaced.status).toBeLessThan(300)
    const { sizes } = await vi.waitFor(
      async () => {
        const image = await owner.complete(base.id)
        expect(image).toMatchObject({ version: 3, width: upload(kind).private.width })
        expect(Object.keys(image.sizes)).toHaveLength(presets.length + 1)
        return image
      },
      { timeout: 40_000 },
    )
    const made = presets.map((preset) => sizes[preset]?.url ?? `no ${preset}`)
    expect(await leaks(owner, [...made, `/images/${base.id}?w=90&metadata=keep`])).toEqual({})
  })
})

it('the command line writes none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-previews-'))
  try {
    const sources = kinds.map((kind) => join(folder, `${kind}.bin`))
    await Promise.all(kinds.map((kind) => writeFile(join(folder, `${kind}.bin`), upload(kind).bytes)))
    const out = join(folder, 'out')
    for (const more of [
      ['--preset', presets.join(',')],
      ['--crop', '0,0,70,60'],
    ]) {
      const asked = ['render', ...sources, '--out', out, '--metadata', 'keep', ...more]
      const { code, output } = await runCommand(asked)
      expect(code, output).toBe(0)
    }
    const files = await readdir(out)
    expect(files).toHaveLength(kinds.length * (presets.length + 1))
    for (const name of files) {
      const bytes = await readFile(join(out, name))
      const whole = kinds.some((kind) => isWhole(kind, name) && bytes.equals(upload(kind).bytes))
      expect(whole ? [] : embeddedPictures(bytes, planted), name).toEqual([])
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

// Behind all the others: what they asked for is stored by now
it('no file that the service stored holds one, but originals', async () => {
  await vi.waitFor(
    async () => {
      const names = await readdir(service.dataDir, { recursive: true })
      expect(names.filter((name) => /\/renditions\/[^/]+$/.test(name)).length).toBeGreaterThan(100)
    },
    { timeout: 20_000 },
  )
  let originals = 0
  for (const entry of await readdir(service.dataDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !/\/images\//.test(path)) continue
    const bytes = await readFile(path)
    const found = embeddedPictures(bytes, planted)
    // What a version lays over it has as its own copy of that original; it is read for renders and never sent. And what
    // keeps all of an animation to which nothing is done is that original, for its owner
    const source =
      /^original(-[\da-f-]+)?$/.test(entry.name) ||
      /\/assets$/.test(entry.parentPath) ||
      [...moving].some((kind) => upload(kind).bytes.equals(bytes))
    if (source) originals += found.length > 0 ? 1 : 0
    else expect(found, path).toEqual([])
  }
  expect(originals).toBeGreaterThan(kinds.length)
})
