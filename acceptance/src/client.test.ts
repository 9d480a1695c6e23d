import { createClient } from '@rendition/client'
import { checkShape } from '@rendition/client/check-shape'
import { expect, inject, it, vi } from 'vitest'
import { jpeg } from './pictures.ts'

const username = (): string => `c${crypto.randomUUID().slice(0, 12)}`

/** Every answer is held to the shape the contract promises: the client's types are only true if this passes. */
it('the client goes from registering to a deleted picture, every answer in its shape', async () => {
  const client = createClient({ baseUrl: inject('baseUrl'), check: checkShape })
  const user = await client.auth.register({ username: username(), password: 'long enough' })
  expect((await client.auth.me()).id).toBe(user.id)

  const seen: string[] = []
  const stop = client.events.subscribe({ onEvent: (event) => seen.push(event.type) })
  const uploaded = await client.images.upload(new Blob([new Uint8Array(await jpeg(600, 400))]), {
    name: 'boat.jpg',
    tags: ['sea'],
  })
  const image = await client.images.settled(uploaded.id)
  expect(image).toMatchObject({ status: 'complete', originalName: 'boat.jpg', tags: ['sea'] })
  expect((await client.jobs.get(uploaded.jobId)).status).toBe('complete')
  await vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(['image.created', 'image.complete'])), {
    timeout: 15_000,
  })
  stop()

  const { url } = await client.images.explain(image.id, { preset: 'original', download: 'ship.jpg' })
  const download = await fetch(new URL(url, inject('baseUrl')))
  expect(download.headers.get('content-disposition')).toBe('attachment; filename="ship.jpg"')

  const pages = []
  for await (const page of client.images.pages({ tag: 'sea' })) pages.push(...page.items)
  expect(pages.map(({ id }) => id)).toEqual([image.id])
  await client.images.patch(image.id, { altText: 'A boat' })
  await client.images.remove(image.id)
  await expect(client.images.get(image.id)).rejects.toMatchObject({ code: 'not_found' })
  await client.auth.logout()
  await expect(client.auth.me()).rejects.toMatchObject({ status: 401 })
})
