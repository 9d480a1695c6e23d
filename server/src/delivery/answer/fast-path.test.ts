import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { deliveryConfigSchema } from '../config.ts'
import { createMemory, type Memory } from '../renditions/memory.ts'
import type { Repeatable } from './answer.ts'
import { createFastPath, type FastPath } from './fast-path.ts'

const mebibyte = 1024 ** 2
const meta = { etag: '"e"', contentType: 'image/webp', format: 'webp', width: 1, height: 1 }

function pathOver(memory: Memory): { fast: FastPath; learn(url: string, place: string): void } {
  let nowMs = 0
  const fast = createFastPath({
    memory,
    knownImages: { current: (image) => !image.dropped },
    config: deliveryConfigSchema.parse({}),
    requestId: () => 'request',
    used: () => {},
    delivered: () => {},
    // Time goes on between two looks: the memory is told of an entry's use once a second.
    now: () => {
      nowMs += 2_000
      return nowMs
    },
  })
  return {
    fast,
    learn(url, place) {
      const entry = memory.get('image', place) ?? memory.put(place, 'image', meta, Buffer.alloc(1000, 1))
      fast.learn(url, undefined, answerWith(entry))
    },
  }
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
      publicOriginal: 'cleaned',
      purges: 0,
    },
    loadedAt: 0,
    dropped: false,
  },
  head: {
    imageId: 'image',
    shows: [],
    preset: null,
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
  wish: null,
  negotiated: false,
  lasting: true,
})

function answers(fast: FastPath, url: string): boolean {
  const response = { writeHead: () => {}, end: () => {} } as unknown as ServerResponse
  return fast.handle({ url, method: 'GET', headers: {} } as unknown as IncomingMessage, response)
}

describe('the fast path', () => {
  it('forgets a URL with the rendition it shows, and no other', () => {
    const { fast, learn } = pathOver(createMemory({ maxBytes: 5000, entryBytes: 5000 }))
    learn('/images/image?width=1', 'one')
    learn('/images/image?w=1', 'one')
    learn('/images/image?width=2', 'two')
    expect([fast.urls, answers(fast, '/images/image?width=1')]).toEqual([3, true])
    learn('/images/image?width=3', 'three')
    expect(fast.urls).toBe(3)
    expect(answers(fast, '/images/image?width=2')).toBe(false)
    expect(answers(fast, '/images/image?w=1')).toBe(true)
    for (let n = 4; n < 2000; n += 1) learn(`/images/image?width=${n}`, `${n}`)
    expect(fast.urls).toBe(2)
  })

  it('keeps endless URLs of one rendition within its bytes, and goes on answering the last', () => {
    const { fast, learn } = pathOver(createMemory({ maxBytes: mebibyte, entryBytes: mebibyte }))
    for (let n = 0; n < 20_000; n += 1) learn(`/images/image?${'&'.repeat(n % 1000)}n=${n}`, 'one')
    expect(fast.urls).toBeGreaterThan(1000)
    expect(fast.urls).toBeLessThan(8000)
    expect(answers(fast, '/images/image?n=0')).toBe(false)
    expect(answers(fast, `/images/image?${'&'.repeat(999)}n=19999`)).toBe(true)
  })

  it('takes a URL again whose rendition was made anew', () => {
    const memory = createMemory({ maxBytes: mebibyte, entryBytes: mebibyte })
    const { fast, learn } = pathOver(memory)
    learn('/images/image?width=1', 'one')
    memory.drop('image')
    expect(fast.urls).toBe(0)
    learn('/images/image?width=1', 'one')
    learn('/images/image?width=1', 'one')
    expect([fast.urls, answers(fast, '/images/image?width=1')]).toEqual([1, true])
    memory.drop('image')
    expect(fast.urls).toBe(0)
  })
})
