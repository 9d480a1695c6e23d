import { NetworkError, ProblemError } from '@rendition/client'
import type { ErrorCode, SharedImage } from '@rendition/contract'
import { expect, test, vi } from 'vitest'
import { sizeForAll, zipShared } from './shared-zip.ts'

const image = (name: string, sizes: Record<string, number>) =>
  ({
    id: name,
    name,
    sizes: Object.fromEntries(Object.entries(sizes).map(([of, size]) => [of, { size }])),
    downloads: Object.fromEntries(Object.keys(sizes).map((of) => [of, `https://here/${name}/${of}`])),
  }) as unknown as SharedImage
const problem = (code: ErrorCode, status: number) =>
  new ProblemError({ type: '', title: '', status, detail: '', instance: '', code }, null)
const jpeg = (_url: string) => Promise.resolve(new Blob(['x'], { type: 'image/jpeg' }))
const signal = new AbortController().signal

test('all is had in the largest size in which it is not too much', () => {
  expect(sizeForAll([image('a', { small: 10, large: 900 }), image('b', { small: 10 })])).toBe('large')
  const huge = image('c', { small: 10, large: 900, original: 2 * 1024 ** 3 })
  expect(sizeForAll([huge, image('d', { small: 10, large: 900 })])).toBe('large')
  expect(sizeForAll([image('e', { original: 2 * 1024 ** 3 })])).toBeNull()
  expect(sizeForAll([image('f', {})])).toBeNull()
})

test('each has the name of its file as it is now, and what left the share is counted', async () => {
  const images = [image('a.png', { large: 1 }), image('b.jpeg', { small: 1 }), image('c.tif', { large: 1 })]
  const fetch = vi.fn(jpeg)
  fetch.mockRejectedValueOnce(problem('not_found', 404))
  const onDone = vi.fn()
  const renew = async () => images.slice(1)
  const { zip, missing } = await zipShared(images, { signal, onDone, renew, fetch })
  expect(fetch.mock.calls.map(([url]) => new URL(String(url)).pathname)).toEqual([
    '/a.png/large',
    '/b.jpeg/small',
    '/c.tif/large',
  ])
  const text = await zip.text()
  expect([missing, text.includes('a.'), text.includes('b.jpeg'), text.includes('c.jpg')]).toEqual([
    1,
    false,
    true,
    true,
  ])
  expect(onDone.mock.calls).toEqual([[1], [2], [3]])
})

test.each([problem('not_found', 404), problem('signature_expired', 403), problem('invalid_request', 400)])(
  'goes on with a list read anew, once, after a change of the share: %s',
  async (refused) => {
    const had = [image('a.jpg', { small: 1 }), image('b.jpg', { small: 1 }), image('c.jpg', { small: 1 })]
    const fetch = vi.fn((url: string) => (url.endsWith('small') ? Promise.reject(refused) : jpeg(url)))
    const renew = vi.fn(async () => ['c.jpg', 'a.jpg'].map((name) => image(name, { medium: 1, large: 2 })))
    const { zip, missing } = await zipShared(had, { signal, onDone: () => undefined, renew, fetch })
    expect(fetch.mock.calls.map(([url]) => new URL(url).pathname)).toEqual([
      '/a.jpg/small',
      '/a.jpg/large',
      '/c.jpg/large',
    ])
    expect([renew.mock.calls.length, missing, (await zip.text()).includes('c.jpg')]).toEqual([1, 1, true])
  },
)

test.each([problem('share_expired', 410), new NetworkError('')])(
  'breaks off where the share or the line ends: %s',
  async (fault) => {
    const fetch = () => Promise.reject(fault)
    const zipping = zipShared([image('a.jpg', { large: 1 })], {
      signal,
      renew: () => Promise.reject(new Error('nothing is asked for')),
      onDone: () => undefined,
      fetch,
    })
    await expect(zipping).rejects.toBe(fault)
  },
)
