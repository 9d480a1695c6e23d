import { webcrypto } from 'node:crypto'
import { isFailure } from '@rendition/contract'
import { signatureBase, signatureExpiry } from '@rendition/contract/delivery'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createUrlSigner } from './index.ts'

const imageId = '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c'
const hour = 3_600_000
const start = Date.UTC(2026, 0, 2, 3, 4, 5)
const keys = [{ id: 'k1', secret: 'a secret of enough bytes' }]

function signerAt(ms: { now: number }, more: Partial<Parameters<typeof createUrlSigner>[0]> = {}) {
  return createUrlSigner({
    keys,
    publicUrl: 'https://img.example',
    windowMs: 6 * hour,
    clock: { now: () => new Date(ms.now) },
    ...more,
  })
}
const queryOf = (url: string): string => new URL(url).search.slice(1)
const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return isFailure(error) ? error.code : String(error)
  }
}

describe('the URL signer', () => {
  it('gives the same URL for hours, which works for one to two windows', () => {
    const time = { now: start }
    const signer = signerAt(time)
    const url = signer.imageUrl({ imageId, visibility: 'private', version: 2, query: { w: 640 } })
    const { expiresAt } = signer.verify(imageId, queryOf(url))
    const life = Number(expiresAt) * 1000 - start
    expect(life).toBeGreaterThanOrEqual(6 * hour - 1000)
    expect(life).toBeLessThanOrEqual(12 * hour)
    time.now = Number(expiresAt) * 1000 - 6 * hour - 1000
    expect(signer.imageUrl({ imageId, visibility: 'private', version: 2, query: { w: 640 } })).toBe(url)
    time.now += 2000
    expect(signer.imageUrl({ imageId, visibility: 'private', version: 2, query: { w: 640 } })).not.toBe(url)
    time.now = Number(expiresAt) * 1000 - 1
    expect(signer.verify(imageId, queryOf(url)).signed).toBe(true)
    time.now += 1
    expect(codeOf(() => signer.verify(imageId, queryOf(url)))).toBe('signature_expired')
  })

  it('does not change the URLs of all images at one moment', () => {
    const edges = new Set(
      Array.from({ length: 50 }, (_, n) => signatureExpiry(`${imageId}${n}`, start, 6 * hour) % (6 * 3600)),
    )
    expect(edges.size).toBeGreaterThan(40)
  })

  it('leaves public presets plain and signs other public parameters', () => {
    const signer = signerAt({ now: start })
    expect(signer.imageUrl({ imageId, visibility: 'public', version: 3, query: { preset: 'small' } })).toBe(
      `https://img.example/images/${imageId}?v=3&preset=small`,
    )
    expect(signer.imageUrl({ imageId, visibility: 'public' })).toBe(`https://img.example/images/${imageId}`)
    expect(signer.imageUrl({ imageId, visibility: 'public', query: { w: 333 } })).toMatch(/sig=k1\./)
  })

  it('accepts any order and encoding of what it signed, and no other value', () => {
    const time = { now: start }
    const signer = signerAt(time)
    const value = fc.string({ unit: 'grapheme', maxLength: 12 })
    const name = fc.constantFrom('w', 'h', 'watermarkText', 'fit', 'download', 'ü&=')
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 5 }), fc.nat(), (query, seed) => {
        const parameters = [...new URLSearchParams(queryOf(signer.signedUrl({ imageId, version: 1, query })))]
        const turned = parameters.map((_, at) => parameters[(at + seed) % parameters.length])
        const other = turned.map((pair) => (pair ?? []).map((part) => encodeURIComponent(part)).join('='))
        expect(signer.verify(imageId, other.join('&')).signed).toBe(true)
        const at = seed % other.length
        const changed = other.map((pair, n) => (n === at ? `${pair}0` : pair)).join('&')
        expect(codeOf(() => signer.verify(imageId, changed))).toBe('signature_invalid')
        const dropped = other.filter((_, n) => n !== at).join('&')
        expect(codeOf(() => signer.verify(imageId, dropped))).toMatch(/^signature_(invalid|required)$/)
        expect(codeOf(() => signer.verify(imageId, `${other.join('&')}&w=1`))).toBe('signature_invalid')
      }),
    )
  })

  it('refuses a signature for another image, an unknown key, and a doubled one', () => {
    const signer = signerAt({ now: start })
    const query = queryOf(signer.signedUrl({ imageId, query: { w: 5 } }))
    const codes = [
      codeOf(() => signer.verify(imageId.replace('01930d4c', '01930d4d'), query)),
      codeOf(() => signer.verify(imageId, query.replace('k1.', 'k2.'))),
      codeOf(() => signer.verify(imageId, `${query}&sig=k1.x`)),
      codeOf(() => signer.verify(imageId, `${query}&exp=99999999999`)),
      codeOf(() => signer.verify(imageId, 'w=5&sig=')),
      codeOf(() => signer.verify(imageId, 'w=5&%73ig=k1.x')),
    ]
    expect(codes).toEqual(codes.map(() => 'signature_invalid'))
  })

  it('says of a query without a signature that it has none, and asks for one when an expiry stands alone', () => {
    const signer = signerAt({ now: start })
    expect(signer.verify(imageId, 'preset=small')).toEqual({ signed: false, expiresAt: null })
    expect(signer.verify(imageId, 'watermarkText=a%20design')).toEqual({ signed: false, expiresAt: null })
    expect(codeOf(() => signer.verify(imageId, 'w=5&exp=99999999999'))).toBe('signature_required')
  })

  it('rotates: the first key signs, every listed key verifies, a dropped one no longer', () => {
    const next = { id: 'k2', secret: 'another secret of enough bytes' }
    const old = queryOf(signerAt({ now: start }).signedUrl({ imageId }))
    const both = signerAt({ now: start }, { keys: [next, ...keys] })
    expect(both.verify(imageId, old).signed).toBe(true)
    expect(both.signedUrl({ imageId })).toContain('sig=k2.')
    expect(codeOf(() => signerAt({ now: start }, { keys: [next] }).verify(imageId, old))).toBe(
      'signature_invalid',
    )
  })

  it('refuses keys that cannot sign safely', () => {
    for (const bad of [
      [],
      [{ id: 'a.b', secret: 'x'.repeat(32) }],
      [{ id: 'a', secret: 'short' }],
      [...keys, ...keys],
    ]) {
      expect(() => signerAt({ now: start }, { keys: bad })).toThrow()
    }
  })

  it('is what WebCrypto computes over the same text', async () => {
    const url = signerAt({ now: start }).signedUrl({
      imageId,
      version: 4,
      query: { watermarkText: 'é & ü+ *', w: 320 },
    })
    const parameters = new URL(url).searchParams
    const secret = new TextEncoder().encode(keys[0]?.secret)
    const key = await webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    const text = new TextEncoder().encode(signatureBase(imageId, parameters))
    const mac = Buffer.from(await webcrypto.subtle.sign('HMAC', key, text)).toString('base64url')
    expect(parameters.get('sig')).toBe(`k1.${mac}`)
  })
})
