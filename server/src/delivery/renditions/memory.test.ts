import { describe, expect, it } from 'vitest'
import { packRendition, unpackRendition } from './cached-bytes.ts'
import { createMemory } from './memory.ts'

const meta = { etag: '"e"', contentType: 'image/webp', format: 'webp', width: 1, height: 1 }
const filled = (size: number): Buffer => Buffer.alloc(size, 1)

describe('the memory level', () => {
  it('stays within its bytes and lets the least recently used go', () => {
    const memory = createMemory({ maxBytes: 40_000, entryBytes: 20_000 })
    const first = memory.put('a', 'i', meta, filled(10_000))
    memory.put('b', 'i', meta, filled(10_000))
    memory.put('c', 'i', meta, filled(10_000))
    memory.get('i', 'a')
    memory.put('d', 'j', meta, filled(10_000))
    expect(memory.bytes).toBeLessThanOrEqual(40_000)
    expect(memory.get('i', 'b')).toBeUndefined()
    expect(first.kept).toBe(true)
  })

  it('lets go of the bytes of what left, whoever still holds the entry', () => {
    const memory = createMemory({ maxBytes: 40_000, entryBytes: 20_000 })
    const entry = memory.put('a', 'i', meta, filled(10_000))
    memory.put('b', 'j', meta, filled(10_000))
    memory.drop('i')
    expect(entry.kept).toBe(false)
    expect(entry.bytes.length).toBe(0)
    expect(memory.entries).toBe(1)
    expect(memory.get('j', 'b')?.bytes.length).toBe(10_000)
  })

  it('does not keep what is too large, nor the rest of a larger buffer', () => {
    const memory = createMemory({ maxBytes: 40_000, entryBytes: 10_000 })
    expect(memory.put('a', 'i', meta, filled(10_001)).kept).toBe(false)
    expect(memory.bytes).toBe(0)
    const view = Buffer.alloc(1_000_000).subarray(0, 100)
    expect(memory.put('b', 'i', meta, view).bytes.buffer.byteLength).toBeLessThan(1000)
  })

  it('replaces an entry of the same key', () => {
    const memory = createMemory({ maxBytes: 40_000, entryBytes: 20_000 })
    const old = memory.put('a', 'i', meta, filled(10))
    memory.put('a', 'i', meta, filled(20))
    expect(old.kept).toBe(false)
    expect(memory.get('i', 'a')?.bytes.length).toBe(20)
    memory.drop('i')
    expect(memory.entries).toBe(0)
  })
})

describe('a rendition in the cache service', () => {
  const value = packRendition(meta, filled(100))
  it('comes back whole', () => {
    expect(unpackRendition(value)).toEqual({ meta, bytes: filled(100) })
  })
  it('is a miss in every shorter, longer or foreign form', () => {
    for (let length = 0; length < value.length; length += 1)
      expect(unpackRendition(value.subarray(0, length))).toBe(null)
    expect(unpackRendition(Buffer.concat([value, Buffer.from('x')]))).toBe(null)
    expect(unpackRendition(Buffer.from('something else entirely'))).toBe(null)
  })
})
