/**
 * What most programs do in their first hour, a function a subject. docs/client.md shows the insides of them, and the
 * acceptance tests run them against the service.
 */
import {
  type Client,
  createClient,
  type Event,
  type Image,
  isProblem,
  verifyWebhook,
  WebhookError,
} from '@rendition/client'

export async function signInAndMakeKey(baseUrl: string, username: string, password: string): Promise<Client> {
  const account = createClient({ baseUrl })
  await account.auth.register({ username, password }).catch((error: unknown) => {
    if (isProblem(error) && error.code === 'account_exists') return account.auth.login({ username, password })
    throw error
  })
  const { key } = await account.keys.create({
    name: 'shop',
    scopes: ['images:read', 'images:write', 'jobs:read', 'jobs:write', 'webhooks:manage'],
  })
  const client = createClient({ baseUrl, apiKey: key }) // keep the key: it is shown this once
  return client
}

export async function upload(client: Client, file: Blob, show: (share: number) => void): Promise<Image> {
  const { id } = await client.images.upload(file, {
    name: 'boat.jpg',
    tags: ['sea'],
    onProgress: (sent, total) => show(sent / total),
  })
  const image = await client.images.settled(id) // waits until every size is there, or it failed
  console.log(image.status, image.sizes.medium?.url) // ready for <img src>
  return image
}

export async function edit(client: Client, id: string): Promise<{ small: Blob; image: Image }> {
  // A picture made once, kept for its time; the image stays as it is.
  const { jobId } = await client.images.transform(id, { width: 300, format: 'webp' }, { saveImage: false })
  const small = await client.jobs.result(jobId) // waits, then gives the bytes

  // A new version, in an order of one's own.
  const steps = [{ op: 'rotate', angle: 90 } as const, { op: 'grayscale' } as const]
  const saved = await client.images.transform(id, { steps, quality: 85 }, { saveImage: true })
  await client.jobs.settled(saved.jobId)

  await client.images.undo(id)
  await client.images.redo(id)
  const { items } = await client.images.versions(id) // newest first, each with its recipe
  const first = items.at(-1)?.version ?? 1
  const image = await client.images.restore(id, first) // appends: nothing of the history is lost
  return { small, image }
}

export async function jobs(client: Client, ids: readonly string[]): Promise<string[]> {
  const { batchId } = await client.jobs.createMany(ids, {
    type: 'transform',
    transformation: { width: 640, height: 640, fit: 'cover', watermarkText: '© Ann' },
  })
  const states: string[] = []
  for await (const page of client.jobs.pages({ batchId })) {
    for (const job of page.items) states.push((await client.jobs.settled(job.id)).status)
  }
  const again = await client.jobs.create(ids[0] ?? '', { type: 'renditions', presets: ['thumbnail'] })
  await client.jobs.cancel(again.id).catch((error: unknown) => {
    if (!isProblem(error) || error.code !== 'conflict') throw error // it had ended already
  })
  return states
}

export async function replaceAndPurge(client: Client, id: string, file: Blob): Promise<string> {
  await client.images.replace(id, file, { name: 'boat-2.jpg' }) // the next version, under the same id
  await client.images.settled(id)
  const { html } = await client.images.markup(id, { sizes: '(min-width: 60rem) 30rem, 100vw' })
  const { removed, bytes } = await client.images.purge(id) // what can be made again
  console.log(`${removed} renditions, ${bytes} bytes`)
  return html
}

export async function importFrom(client: Client, url: string): Promise<Image> {
  const job = await client.images.importUrl({ url, tags: ['imported'] })
  const { imageId, errorMessage } = await client.jobs.settled(job.id)
  if (imageId === null) throw new Error(errorMessage ?? 'nothing was imported')
  return client.images.settled(imageId)
}

export async function listen(
  client: Client,
  url: string,
): Promise<{ id: string; secret: string; receive: (request: Request) => Promise<Response> }> {
  const { id, secret } = await client.webhooks.create({ url, types: ['image.complete', 'image.failed'] })
  const receive = (request: Request): Promise<Response> => onWebhook(request, secret, console.log)
  return { id, secret, receive }
}

export async function onWebhook(
  request: Request,
  secret: string,
  handle: (event: Event) => void,
): Promise<Response> {
  try {
    const event = await verifyWebhook({ headers: request.headers, body: await request.text(), secret })
    handle(event) // may come twice: the same event.id is the same event
    return new Response(null, { status: 204 })
  } catch (error) {
    if (error instanceof WebhookError) return new Response(error.message, { status: 400 })
    throw error
  }
}
