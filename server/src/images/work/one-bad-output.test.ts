import { Failure, type Image, type Job } from '@rendition/contract'
import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { kindsOfPictures } from '../../imaging/testing/kinds.ts'
import type { Rendering } from '../../rendering/port.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

const presets = {
  ...defaultPresets,
  // More pixels than any output may have, whatever the picture.
  huge: parseRecipe({ steps: [{ op: 'resize', width: 8192, height: 8192, fit: 'fill' }] }),
}

let shop: Workshop
type Render = Rendering['render']
/** What stands in front of rendering. */
let render: (real: Render) => Render

beforeAll(async () => {
  shop = await openWorkshop({
    images: { presets },
    jobs: { leaseMs: 1_500 },
    rendering: (real) => ({ ...real, render: (request, how) => render(real.render)(request, how) }),
  })
}, 60_000)
afterAll(() => shop.close())
beforeEach(() => {
  render = (real) => real
})

type User = ReturnType<Workshop['user']>
const get = async <T>(user: User, url: string): Promise<T> =>
  (await shop.app.inject({ method: 'GET', url, headers: user.headers })).json<T>()

async function upload(user: User, bytes?: Buffer): Promise<Image> {
  const value = bytes ?? (await jpeg(1200, 800))
  const { payload, headers } = multipart([{ name: 'f', value, filename: 'a' }])
  const all = { ...headers, ...user.headers }
  return (await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })).json()
}

const when = <T extends { status: string }>(user: User, url: string, status: T['status']): Promise<T> =>
  vi.waitFor(
    async () => {
      const found = await get<T>(user, url)
      expect(found.status).toBe(status)
      return found
    },
    { timeout: 50_000, interval: 30 },
  )
const sizesOf = ({ sizes }: Image): string[] => Object.keys(sizes).sort()

/** Lets the thumbnail through and holds everything else. */
function heldAfterThumbnail(): { letGo(): void; ended: Promise<void> } {
  let letGo = (): void => {}
  let onEnd = (): void => {}
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve
  })
  render = (real) => async (request, how) => {
    const thumbnail = request.outputs.find(({ recipe }) => JSON.stringify(recipe).includes('150'))?.name
    const late: Promise<void>[] = []
    const pass = (name: string, tell: () => void): void => {
      if (name === thumbnail) tell()
      else late.push(gate.then(tell))
    }
    const sink = {
      made: (output: Parameters<NonNullable<typeof how.sink>['made']>[0]) =>
        pass(output.name, () => how.sink?.made(output)),
      failed: (name: string, failure: Failure) => pass(name, () => how.sink?.failed(name, failure)),
    }
    const aborted = new Promise<never>((_, reject) =>
      how.signal?.addEventListener('abort', () => reject(how.signal?.reason), { once: true }),
    )
    aborted.catch(onEnd)
    const result = await real({ ...request, outputs: request.outputs.filter(fits) }, { ...how, sink })
    await Promise.race([gate, aborted])
    await Promise.all(late)
    return result
  }
  return { letGo, ended }
}

/** Not the one that is judged impossible before any other is made. */
const fits = ({ recipe }: { recipe: { steps: readonly object[] } }): boolean =>
  !JSON.stringify(recipe).includes('8192')

describe('one preset that cannot be made', () => {
  it('leaves the image complete with the others, and is named with its reason', async () => {
    const user = shop.user()
    const { id, jobId } = await upload(user)
    const image = await when<Image>(user, `/api/images/${id}`, 'complete')
    expect(sizesOf(image)).toEqual(['large', 'medium', 'original', 'small', 'thumbnail'])
    expect(image.errorMessage).toMatch(/^Not every size could be made[.] huge: The result would have 8192/)
    expect(image.placeholder).not.toBeNull()
    const job = await when<Job>(user, `/api/jobs/${jobId}`, 'complete')
    expect(job).toMatchObject({ attempts: 1, errorCode: null, result: { width: 1200 } })
    expect(job.result?.notes).toContainEqual(expect.stringMatching(/^huge: /))
  })

  it('costs no version that a transformation makes', async () => {
    const user = shop.user()
    const { id } = await upload(user)
    await when<Image>(user, `/api/images/${id}`, 'complete')
    const payload = { imageId: id, type: 'transform', parameters: { grayscale: true }, saveImage: true }
    const headers = user.headers
    const asked = (await shop.app.inject({ method: 'POST', url: '/api/jobs', headers, payload })).json<Job>()
    const job = await when<Job>(user, `/api/jobs/${asked.id}`, 'complete')
    expect(job.result?.notes).toContainEqual(expect.stringMatching(/^huge: /))
    const image = await get<Image>(user, `/api/images/${id}`)
    expect(image).toMatchObject({ version: 2, status: 'complete' })
    expect(sizesOf(image)).toContain('large')
  })

  it('that kills its process is made alone, and alone is missing', async () => {
    const user = shop.user()
    const asked: number[] = []
    render = (real) => async (request, how) => {
      asked.push(request.outputs.length)
      const alive = request.outputs.filter((output) => !JSON.stringify(output).includes('1920'))
      if (alive.length === request.outputs.length) return real(request, how)
      // One is made before the process dies.
      if (alive.length > 0) await real({ ...request, outputs: alive.slice(0, 1) }, how)
      throw new Failure('render_too_large')
    }
    const { id, jobId } = await upload(user)
    const image = await when<Image>(user, `/api/images/${id}`, 'complete')
    expect(sizesOf(image)).toEqual(['medium', 'original', 'small', 'thumbnail'])
    expect(image.errorMessage).toMatch(/large: Rendering needs more memory than is allowed/)
    expect(image.placeholder).not.toBeNull()
    expect(await get<Job>(user, `/api/jobs/${jobId}`)).toMatchObject({ attempts: 2 })
    // All together, those not made one by one; the same once more with what is missing, then the placeholder.
    expect(asked).toEqual([5, 1, 1, 1, 1, 2, 1, 0])
  })
})

describe('presets that are ready', () => {
  it('are shown and told while the others are made, and outlast a cancelled job', async () => {
    const user = shop.user()
    const held = heldAfterThumbnail()
    const { id, jobId } = await upload(user)
    await vi.waitFor(
      async () => {
        const image = await get<Image>(user, `/api/images/${id}`)
        expect([image.status, sizesOf(image)]).toEqual(['processing', ['original', 'thumbnail']])
      },
      { timeout: 20_000, interval: 30 },
    )
    const told = async () =>
      (await shop.events.after(0, { ownerId: user.userId, limit: 200 }))
        .filter(({ type }) => type === 'rendition.ready')
        .map(({ data }) => data.name)
    await vi.waitFor(async () => expect(await told()).toEqual(['thumbnail']), { timeout: 10_000 })
    const payload = { status: 'cancelled' }
    await shop.app.inject({ method: 'PATCH', url: `/api/jobs/${jobId}`, headers: user.headers, payload })
    await held.ended
    held.letGo()
    const image = await when<Image>(user, `/api/images/${id}`, 'failed')
    expect(sizesOf(image)).toEqual(['original', 'thumbnail'])
    // And what is there is not made again.
    const asked: number[] = []
    render = (real) => (request, how) => {
      asked.push(request.outputs.length)
      return real(request, how)
    }
    const body = { imageId: id, type: 'renditions' }
    await shop.app.inject({ method: 'POST', url: '/api/jobs', headers: user.headers, payload: body })
    await when<Image>(user, `/api/images/${id}`, 'complete')
    expect(asked).toEqual([4])
    await vi.waitFor(
      async () => expect((await told()).sort()).toEqual(['large', 'medium', 'small', 'thumbnail']),
      { timeout: 10_000 },
    )
  })

  it('are not recorded by a worker whose job is another one’s by then', async () => {
    const user = shop.user()
    const { db } = shop.database
    const held = heldAfterThumbnail()
    const taken = render
    render = (real) => async (request, how) => {
      await db.query(
        `update jobs set status = 'cancelled', fence = fence + 1, finished_at = now() where owner_id = $1`,
        [user.userId],
      )
      return taken(real)(request, how)
    }
    const { id } = await upload(user)
    await held.ended
    held.letGo()
    const rows = await db.query('select 1 as found from renditions where image_id = $1', [id])
    expect(rows).toEqual([])
  })
})

describe('a fault that comes again each time', () => {
  it('of imaging itself fails the job at its first attempt', async () => {
    const user = shop.user()
    render = () => async () => {
      throw new Failure('internal', 'Rendering failed.')
    }
    const { jobId } = await upload(user)
    expect(await when<Job>(user, `/api/jobs/${jobId}`, 'failed')).toMatchObject({
      attempts: 1,
      errorCode: 'internal',
    })
  })

  it('of every preset fails the job with the first one’s code', async () => {
    const user = shop.user()
    render = () => async (request, how) => {
      for (const { name } of request.outputs) how.sink?.failed(name, new Failure('unsupported_output'))
      return { outputs: [], placeholder: null, source: null }
    }
    const { id, jobId } = await upload(user)
    const failed = { attempts: 1, errorCode: 'unsupported_output' }
    expect(await when<Job>(user, `/api/jobs/${jobId}`, 'failed')).toMatchObject(failed)
    await when<Image>(user, `/api/images/${id}`, 'failed')
  })
})

describe('what a format cannot hold', () => {
  it('is left out with a note, and the image is complete', async () => {
    const user = shop.user()
    const { id, jobId } = await upload(user, await kindsOfPictures['animation without an end']?.())
    const image = await when<Image>(user, `/api/images/${id}`, 'complete')
    expect(sizesOf(image)).toEqual(['large', 'medium', 'original', 'small', 'thumbnail'])
    const job = await get<Job>(user, `/api/jobs/${jobId}`)
    expect(job.result?.notes).toContainEqual(expect.stringMatching(/^thumbnail: The animation was shortened/))
  })
})
