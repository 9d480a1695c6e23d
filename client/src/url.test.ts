import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUrlSigner } from '../../server/src/platform/signing/index.ts'
import { nextLoader, unpicProvider } from './loaders.ts'
import { createUrlBuilder } from './url.ts'

const imageId = '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c'
const key = { id: 'k1', secret: 'a secret of enough bytes' }
const now = Date.UTC(2026, 3, 5, 6, 7, 8)
const baseUrl = 'https://img.example'
const windowMs = 6 * 3_600_000
const builder = createUrlBuilder({ baseUrl: `${baseUrl}/`, key, now: () => now })
const signer = createUrlSigner({
  keys: [key],
  publicUrl: baseUrl,
  windowMs,
  clock: { now: () => new Date(now) },
})

describe('the URL builder', () => {
  it('builds and signs the URL that the server builds and signs', async () => {
    const value = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.integer(), fc.boolean())
    const name = fc.constantFrom('width', 'watermarkText', 'fit', 'download', 'background')
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, value),
        fc.option(fc.integer({ min: 1, max: 99 })),
        async (query, v) => {
          const version = v === null ? {} : { version: v }
          const server = signer.signedUrl({ imageId, ...version, query })
          expect(await builder.signed({ imageId, ...version, parameters: query })).toBe(server)
          expect(signer.verify(imageId, new URL(server).search.slice(1)).signed).toBe(true)
          expect(builder.url({ imageId, ...version, parameters: query })).toBe(
            signer.plainUrl({ imageId, ...version, query }),
          )
        },
      ),
    )
  })

  it('leaves out what is undefined, and signs nothing without a key', async () => {
    const plain = createUrlBuilder()
    expect(plain.url({ imageId, parameters: { width: 640, height: undefined } })).toBe(
      `/images/${imageId}?width=640`,
    )
    await expect(plain.signed({ imageId })).rejects.toThrow('key')
  })

  it('writes a srcset of signed URLs', async () => {
    const entries = (await builder.srcset({ imageId, version: 2 }, [640, 1080])).split(', ')
    expect(entries.map((entry) => entry.split(' ')[1])).toEqual(['640w', '1080w'])
    for (const entry of entries) {
      const query = new URL(entry.split(' ')[0] ?? '').search.slice(1)
      expect(signer.verify(imageId, query).signed).toBe(true)
    }
  })
})

describe('the loader for next/image', () => {
  const load = nextLoader({ baseUrl })
  it('names open URLs in widths of the ladder, whatever form the source has', () => {
    const expected = `${baseUrl}/images/${imageId}?v=3&width=828&format=auto`
    for (const src of [
      `${imageId}?v=3`,
      `/images/${imageId}?v=3`,
      `${baseUrl}/images/${imageId}?preset=large&v=3&exp=1&sig=k.x`,
    ]) {
      expect(load({ src, width: 800, quality: 75 })).toBe(expected)
    }
    expect(load({ src: imageId, width: 9999 })).toBe(`${baseUrl}/images/${imageId}?width=3840&format=auto`)
    expect(() => load({ src: '/logo.svg', width: 64 })).toThrow('not an image id')
  })
})

describe('the provider for unpic', () => {
  const { extract, transform } = unpicProvider({ baseUrl })
  it('changes the width of a delivery URL and reads it back', () => {
    const url = transform(`/images/${imageId}?v=3&width=64`, { width: '1200', height: 10 })
    expect(url).toBe(`${baseUrl}/images/${imageId}?v=3&width=1200&format=auto`)
    expect(extract(url)).toMatchObject({ src: `${imageId}?v=3`, operations: { width: 1200 } })
    expect(transform(imageId, {})).toBe(`${baseUrl}/images/${imageId}?format=auto`)
    expect(extract('https://elsewhere.example/cat.jpg')).toBe(null)
  })
})
