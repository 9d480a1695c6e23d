import type { Image } from '@rendition/contract'
import { expect, test, vi } from 'vitest'
import { imagesOf } from './chosen.ts'
import { noFilter } from './filter.ts'

const signal = new AbortController().signal
const image = (n: number) => ({ id: String(n) }) as Image
const pagesOf = (pages: number, size: number) =>
  vi.fn(async function* () {
    for (let page = 0; page < pages; page += 1)
      yield { items: Array.from({ length: size }, (_, n) => image(page * size + n)), nextCursor: null }
  })

test('of a whole list the images that are not loaded are fetched, by the query of the list', async () => {
  const pages = pagesOf(3, 2)
  const loaded = [image(1)]
  expect(await imagesOf({ images: loaded, whole: null }, { images: { pages } }, signal)).toBe(loaded)
  expect(pages).not.toHaveBeenCalled()
  const whole = { ...noFilter, tag: 'sea', sort: 'taken' as const }
  expect(await imagesOf({ images: loaded, whole }, { images: { pages } }, signal)).toHaveLength(6)
  expect(pages).toHaveBeenCalledWith({ tag: 'sea', sort: 'taken', limit: 200 }, { signal })
})

test('more than one batch holds are not fetched to their end', async () => {
  const asked = imagesOf({ images: [], whole: noFilter }, { images: { pages: pagesOf(100, 200) } }, signal)
  await expect(asked).rejects.toThrow('10,000 photos at a time')
})
