import { describe, expect, it } from 'vitest'
import { deliveryConfigSchema } from './config.ts'

const directUrl = (text: string) => deliveryConfigSchema.parse({ directUrl: text }).directUrl

describe('levels and the ladder', () => {
  it('are sizes in order, each once', () => {
    expect(deliveryConfigSchema.parse({ levels: '1344, 512,512' }).levels).toEqual([512, 1344])
    expect(deliveryConfigSchema.parse({ ladder: '640,320' }).ladder).toEqual([320, 640])
  })

  it('may be no levels at all, but the ladder has a step', () => {
    expect(deliveryConfigSchema.parse({ levels: 'none' }).levels).toEqual([])
    expect(() => deliveryConfigSchema.parse({ ladder: 'none' })).toThrow()
  })

  it.each(['0', 'large', '512,9000', '512;832'])('are not %s', (levels) => {
    expect(() => deliveryConfigSchema.parse({ levels })).toThrow()
  })
})

describe('what renditions tell at the most', () => {
  it.each(['metadataPublic', 'metadataSigned'])(
    '%s: never less than who made and owns a picture',
    (policy) => {
      expect(() => deliveryConfigSchema.parse({ [policy]: 'strip' })).toThrow()
    },
  )
})

describe('where clients reach the bucket', () => {
  it('is nowhere unless it is said', () => {
    expect(deliveryConfigSchema.parse({}).directUrl).toBe(undefined)
  })

  it.each([
    ['https://Pictures.S3.eu-central-1.amazonaws.com/', 'https://pictures.s3.eu-central-1.amazonaws.com'],
    ['https://s3.example.org:443/pictures/', 'https://s3.example.org/pictures'],
    ['http://[::1]:9000/pictures', 'http://[::1]:9000/pictures'],
  ])('%s is read as clients will ask for it', (text, read) => {
    expect(directUrl(text)).toBe(read)
  })

  it.each([
    'pictures.example.org',
    's3://pictures',
    'https://key:secret@s3.example.org/pictures',
    'https://s3.example.org/pictures?x=1',
    'https://s3.example.org/pictures#x',
    'https://s3.example.org/pic tures',
    'https://s3.example.org/pictures//below',
  ])('is not %s', (text) => {
    expect(() => directUrl(text)).toThrow()
  })

  it.each([29, 3_601, 1.5, 'soon'])('links do not work for %s seconds', (directSeconds) => {
    expect(() => deliveryConfigSchema.parse({ directSeconds })).toThrow()
  })
})
