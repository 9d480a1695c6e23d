import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { deliveryConfigSchema } from './config.ts'
import type { Repeatable } from './deliver.ts'
import { createHotLane, type HotLane } from './hot.ts'
import { createMemory, type Memory } from './memory.ts'

const mebibyte = 1024 ** 2
const meta = { etag: '"e"', contentType: 'image/webp', format: 'webp', width: 1, height: 1 }

function laneOn(memory: Memory): { lane: HotLane; learn(url: string, place: string): void } {
  const lane = createHotLane({
    memory,
    facts: { current: (image) => !image.dropped, get: never, version: never, drop: never },
    config: deliveryConfigSchema.parse({}),
    requestId: () => 'request',
    used: () => {},
    now: () => 0,
  })
  return {
    lane,
    learn(url, place) {
      const entry = memory.get('image', place) ?? memory.put(place, 'image', meta, Buffer.alloc(1000, 1))
      lane.learn(url, undefined, answerWith(entry))
    },
  }
}

const never = (): never => {
  throw new Error('not asked')
}

const answerWith = (entry: Repeatable['entry']): Repeatable => ({
  entry,
  image: {
    facts: {
      id: 'image',
      ownerId: 'owner',
      visibility: 'public',
      status: 'complete',
      version: 1,
      originalName: 'a.jpg',
      focalPoint: null,
    },
    loadedAt: 0,
    dropped: false,
  },
  facts: {
    imageId: 'image',
    audience: 'public',
    fixed: true,
    etag: '"e"',
    contentType: 'image/webp',
    disposition: 'inline',
    modifiedAt: null,
    vary: [],
    hinted: false,
    ranges: false,
  },
  expiresAt: null,
  negotiated: false,
  lasting: true,
})

function answers(lane: HotLane, url: string): boolean {
  const response = { writeHead: () => {}, end: () => {} } as unknown as ServerResponse
  return lane.handle({ url, method: 'GET', headers: {} } as unknown as IncomingMessage, response)
}

describe('the hot lane', () => {
  it('forgets a URL with the rendition it shows, and no other', () => {
    const { lane, learn } = laneOn(createMemory({ maxBytes: 5000, entryBytes: 5000 }))
    learn('/images/image?width=1', 'one')
    learn('/images/image?w=1', 'one')
    learn('/images/image?width=2', 'two')
    expect([lane.urls, answers(lane, '/images/image?width=1')]).toEqual([3, true])
    learn('/images/image?width=3', 'three')
    expect(lane.urls).toBe(3)
    expect(answers(lane, '/images/image?width=2')).toBe(false)
    expect(answers(lane, '/images/image?w=1')).toBe(true)
    for (let n = 4; n < 2000; n += 1) learn(`/images/image?width=${n}`, `${n}`)
    expect(lane.urls).toBe(2)
  })

  it('keeps endless URLs of one rendition within its bytes, and goes on answering the last', () => {
    const { lane, learn } = laneOn(createMemory({ maxBytes: mebibyte, entryBytes: mebibyte }))
    for (let n = 0; n < 20_000; n += 1) learn(`/images/image?${'&'.repeat(n % 1000)}n=${n}`, 'one')
    expect(lane.urls).toBeGreaterThan(1000)
    expect(lane.urls).toBeLessThan(8000)
    expect(answers(lane, '/images/image?n=0')).toBe(false)
    expect(answers(lane, `/images/image?${'&'.repeat(999)}n=19999`)).toBe(true)
  })

  it('takes a URL again whose rendition was made anew', () => {
    const memory = createMemory({ maxBytes: mebibyte, entryBytes: mebibyte })
    const { lane, learn } = laneOn(memory)
    learn('/images/image?width=1', 'one')
    memory.drop('image')
    expect(lane.urls).toBe(0)
    learn('/images/image?width=1', 'one')
    learn('/images/image?width=1', 'one')
    expect([lane.urls, answers(lane, '/images/image?width=1')]).toEqual([1, true])
    memory.drop('image')
    expect(lane.urls).toBe(0)
  })
})
