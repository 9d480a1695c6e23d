import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient, type Event } from '@rendition/client'
import { checkShape } from '@rendition/client/check-shape'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import {
  edit,
  importFrom,
  jobs,
  listen,
  onWebhook,
  replaceAndPurge,
  signInAndMakeKey,
  upload,
} from '../../client/examples/first-hour.ts'
import { jpeg } from './pictures.ts'
import { externalUrl, type Service, startService } from './service.ts'

const picture = async (width = 800, height = 600): Promise<Blob> =>
  new Blob([new Uint8Array(await jpeg(width, height))])
const account = (): [string, string] => [`x${crypto.randomUUID().slice(0, 12)}`, 'long enough words']

describe('docs/client.md', () => {
  it('shows what stands in the examples, line by line', async () => {
    const folder = new URL('../../client/examples/', import.meta.url)
    const examples = await Promise.all(
      (await readdir(folder))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => readFile(new URL(name, folder), 'utf8')),
    )
    const flat = (text: string): string => text.replace(/^ +/gm, '')
    const page = await readFile(new URL('../../docs/client.md', import.meta.url), 'utf8')
    const fences = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)
    expect(fences.length).toBeGreaterThan(6)
    for (const code of fences) {
      expect(examples.some((example) => flat(example).includes(flat(code))) ? '' : code).toBe('')
    }
  })
})

it('the examples do what they say', async () => {
  const [username, password] = account()
  const client = await signInAndMakeKey(inject('baseUrl'), username, password)
  // The account exists the second time, and is signed in to.
  await signInAndMakeKey(inject('baseUrl'), username, password)

  const shares: number[] = []
  const image = await upload(client, await picture(), (share) => shares.push(share))
  expect(image).toMatchObject({ status: 'complete', originalName: 'boat.jpg', tags: ['sea'] })
  expect(shares.at(-1)).toBe(1)

  const { small, image: restored } = await edit(client, image.id)
  expect(small.type).toBe('image/webp')
  expect([...new Uint8Array(await small.arrayBuffer()).subarray(8, 12)]).toEqual([0x57, 0x45, 0x42, 0x50])
  expect(restored).toMatchObject({ width: 800, height: 600, version: 3 })

  const second = await upload(client, await picture(400, 300), () => undefined)
  expect(await jobs(client, [image.id, second.id])).toEqual(['complete', 'complete'])

  expect(await replaceAndPurge(client, image.id, await picture(640, 480))).toMatch(/^<picture>/)
  expect((await client.images.get(image.id)).width).toBe(640)
})

it('every method answers in the shape it promises', async () => {
  const [username, password] = account()
  const keyed = await signInAndMakeKey(inject('baseUrl'), username, password)
  const client = createClient({ baseUrl: inject('baseUrl'), check: checkShape })
  await client.auth.login({ username, password })
  const { id } = await upload(client, await picture(300, 200), () => undefined)
  await client.images.placeholder(id)
  await client.images.renditions(id)
  await client.images.versions(id)
  await client.images.markup(id, { widths: [100, 200] })
  await client.images.purge(id)
  const { jobId } = await client.images.transform(id, { width: 50 }, { saveImage: true })
  await client.jobs.settled(jobId)
  await client.images.undo(id)
  await expect(client.images.undo(id)).rejects.toMatchObject({ code: 'nothing_to_undo' })
  await client.images.redo(id)
  await client.images.restore(id, 1)
  await client.images.replace(id, await picture(200, 200))
  const job = await client.jobs.create(id, { type: 'renditions' })
  await client.jobs.settled(job.id)
  await expect(client.jobs.retry(job.id)).rejects.toMatchObject({ status: 409 })
  await expect(client.jobs.prioritize(job.id, 'bulk')).rejects.toMatchObject({ status: 409 })
  // It makes no picture, and says so in its own words.
  await client.jobs.result(job.id).catch((error) => expect(error).toMatchObject({ status: 409 }))
  await client.jobs.createMany([id], { type: 'transform', transformation: { steps: [{ op: 'flip' }] } })
  await client.jobs.list({ imageId: id })
  await client.jobs.remove(job.id)
  const made = await client.keys.create()
  expect(made.scopes).toEqual(['images:read', 'images:write'])
  for await (const page of client.keys.pages({ limit: 1 })) expect(page.items).toHaveLength(1)
  await client.keys.remove(made.id)
  await expect(client.keys.current()).rejects.toMatchObject({ status: 401 })
  expect((await keyed.keys.current()).user.username).toBe(username)
  const secret = await client.webhooks.renewAccountSecret()
  expect(secret.secret).toMatch(/^whsec_/)
})

describe.skipIf(externalUrl !== undefined)('with addresses of this machine allowed', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ env: { OUTBOUND_ALLOW: '127.0.0.0/8' } })
  })
  afterAll(() => service.stop())

  it('imports an image, and receives what was signed for it', async () => {
    const [username, password] = account()
    const client = await signInAndMakeKey(service.baseUrl, username, password)
    const events: Event[] = []
    let secret = ''
    const bytes = await jpeg(120, 80)
    const other = createServer(async (request, response) => {
      if (request.method === 'GET') return response.end(bytes)
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
        name,
        String(value),
      ])
      const message = new Request('http://x/', { method: 'POST', headers, body: Buffer.concat(chunks) })
      const answer = await onWebhook(message, secret, (event) => events.push(event))
      return response.writeHead(answer.status).end()
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    try {
      const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
      const hook = await listen(client, `${address}/hook`)
      secret = hook.secret
      const image = await importFrom(client, `${address}/boat.jpg`)
      expect(image).toMatchObject({ status: 'complete', width: 120, tags: ['imported'] })
      await expect.poll(() => events.map(({ type }) => type)).toContain('image.complete')

      const { items } = await client.webhooks.deliveries(hook.id)
      await client.webhooks.replay(hook.id, items[0]?.id ?? '')
      await client.webhooks.test(hook.id)
      await expect.poll(() => events.map(({ type }) => type)).toContain('webhook.test')
      await client.webhooks.change(hook.id, { enabled: false })
      expect((await client.webhooks.get(hook.id)).enabled).toBe(false)
      expect((await client.webhooks.change(hook.id, { rotateSecret: true })).secret).toMatch(/^whsec_/)
      await client.webhooks.remove(hook.id)
      expect((await client.webhooks.list()).items).toEqual([])
    } finally {
      other.closeAllConnections()
      other.close()
    }
  })
})
