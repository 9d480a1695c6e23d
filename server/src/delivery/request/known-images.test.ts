import { Failure, type Visibility } from '@rendition/contract'
import { describe, expect, it, vi } from 'vitest'
import type { ImageFacts } from '../../images/index.ts'
import { createKnownImages, type KnownImage } from './known-images.ts'

const imageId = '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c'
const ttlMs = 5_000
const limitMs = 30_000

/** Facts over a database whose answer, failure and pace a test sets, and a clock it moves. */
function setting() {
  let now = 1_000_000
  let visibility: Visibility = 'public'
  let failure: Failure | null = null
  let reads = 0
  let gate: Promise<void> = Promise.resolve()
  const facts = createKnownImages({
    images: {
      async facts(id): Promise<ImageFacts> {
        reads += 1
        const answer: ImageFacts = {
          id,
          ownerId: 'ann',
          status: 'complete',
          visibility,
          version: 1,
          originalName: 'a.jpg',
          focalPoint: null,
          publicOriginal: 'cleaned',
          purges: 0,
        }
        await gate
        if (failure !== null) throw failure
        return answer
      },
      version: async () => null,
    },
    clock: { now: () => new Date(now) },
    ttlMs,
    limitMs,
    onChanged: () => {},
  })
  return {
    facts,
    load: async (): Promise<KnownImage> => {
      const image = await facts.get(imageId)
      if (image === null) throw new Error('the image is there')
      return image
    },
    current: (image: KnownImage) => facts.current(image, now),
    forward: (ms: number) => {
      now += ms
    },
    hide: () => {
      visibility = 'private'
    },
    fail: (code: 'unavailable' | null) => {
      failure = code === null ? null : new Failure(code)
    },
    hold() {
      let open = (): void => {}
      gate = new Promise((resolve) => {
        open = resolve
      })
      return open
    },
    reads: () => reads,
  }
}

describe('what is known of an image', () => {
  it('is used for its time, and for as long again while it is read anew', async () => {
    const { load, current, forward, hold, reads } = setting()
    const image = await load()
    forward(ttlMs)
    expect([current(image), reads()]).toEqual([true, 1])
    const letGo = hold()
    forward(1)
    expect([current(image), current(image), reads()]).toEqual([true, true, 2])
    forward(ttlMs)
    expect([current(image), reads()]).toEqual([false, 2])
    letGo()
    await vi.waitFor(() => expect(current(image)).toBe(true))
  })

  it('is not used after a pause: whoever comes then waits for the database, and sees what changed', async () => {
    const { load, current, forward, hide } = setting()
    const image = await load()
    hide()
    forward(2 * ttlMs + 1)
    expect(current(image)).toBe(false)
    expect((await load()).facts.visibility).toBe('private')
    expect(image.dropped).toBe(true)
  })

  it('is used up to its limit while the database is away, and not longer than that is known', async () => {
    const { load, current, forward, fail, hold } = setting()
    const image = await load()
    fail('unavailable')
    forward(3 * ttlMs)
    expect(current(image)).toBe(false)
    expect(await load()).toBe(image)
    const letGo = hold()
    expect(current(image)).toBe(true)
    // It hangs: nobody waits for it to fail once more.
    forward(ttlMs + 1)
    expect(current(image)).toBe(true)
    letGo()
    expect(await load()).toBe(image)
    // Nobody asked for a while: whether it still is away has to be found out.
    forward(ttlMs + 1)
    expect(current(image)).toBe(false)
    expect(await load()).toBe(image)
    forward(limitMs - 5 * ttlMs)
    expect(current(image)).toBe(false)
    await expect(load()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('is held to its time again when the database is back', async () => {
    const { facts, load, current, forward, fail } = setting()
    const image = await load()
    fail('unavailable')
    forward(3 * ttlMs)
    await load()
    fail(null)
    await facts.get('another')
    expect(current(image)).toBe(false)
  })
})
