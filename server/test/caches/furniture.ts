import { allScopes } from '@rendition/contract'
import sharp from 'sharp'
import { expect, vi } from 'vitest'

interface Picture {
  id: string
  jobId: string
  sizes: Record<string, { url: string }>
}

export type Person = Awaited<ReturnType<typeof move>>
export type Furniture = Awaited<ReturnType<typeof furnish>>

/** Two accounts with one of everything, and every address that can be read, of all routes. */
export async function furnish(url: string) {
  // The first account sees everybody's things.
  await move(url, 'admin')
  const [ann, bob] = [await move(url, 'ann'), await move(url, 'bob')]
  const [open, other, closed, bobs] = [
    await ann.upload('public'),
    await ann.upload('public'),
    await ann.upload('private'),
    await bob.upload('public'),
  ]
  const hook = await ann.call('POST', '/api/webhooks', { url: 'https://example.com/' })
  const job = await ann.call('POST', `/api/images/${closed.id}/transform`, { width: 70, saveImage: false })
  await vi.waitFor(async () =>
    expect(await ann.call('GET', `/api/jobs/${job.jobId}`)).toMatchObject({ status: 'complete' }),
  )
  const publicPictures = [
    ...['w=640', 'w=640&v=1', 'preset=small', 'w=828&format=auto', 'v=1'].map(
      (q) => `/images/${open.id}?${q}`,
    ),
    `/thumbnails/${open.id}`,
  ]
  const signed = Object.values((await ann.show(closed.id)).sizes).map((size) => pathOf(size.url))
  const document = await ann.call<{ paths: Record<string, object> }>('GET', '/api/openapi.json')
  const ids = (route: string): string[] => {
    if (/webhooks/.test(route)) return [`${hook.id}`]
    if (/jobs|JobStatus/.test(route)) return [`${job.jobId}`, closed.jobId]
    if (/thumbnails/.test(route)) return [closed.id, open.id, closed.jobId, open.jobId]
    return [closed.id, open.id]
  }
  const routes = Object.entries(document.paths)
    // A stream does not end; who may keep it is asked of its head, in the contract tests.
    .filter(([route, operations]) => 'get' in operations && route !== '/api/events/stream')
    .flatMap(([route]) => ids(route).map((id) => route.replace(/\{\w+\}/g, id)))
  const page = await (await fetch(url)).text()
  const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? [])
  const paths = [
    ...routes,
    ...publicPictures,
    ...signed,
    ...['w=640', 'preset=small', 'w=641', 'v=1', 'format=auto'].map(
      (query) => `/images/${closed.id}?${query}`,
    ),
    `/images/${open.id}?w=641`,
    '/images',
    `/images/transformedImage/${job.jobId}`,
    `/jobs/${job.jobId}`,
    '/auth/verify',
    '/auth/me',
    ...[
      '/',
      '/gallery/x',
      '/docs',
      '/docs/errors',
      '/nothing',

      '/api/nothing',
      '/favicon.svg',
    ],
    ...assets,
  ]
  return { ann, bob, open, other, closed, bobs, publicPictures, paths: [...new Set(paths)] }
}

const pathOf = (address: string): string => {
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** A new account: its credentials, and what it does. */
async function move(url: string, username: string) {
  const call = async <T = Record<string, string>>(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = { authorization: `Bearer ${token}` },
  ): Promise<T> => {
    const form = body instanceof FormData
    const answer = await fetch(url + path, {
      method,
      headers: body === undefined || form ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    expect(answer.status, `${method} ${path}: ${text}`).toBeLessThan(300)
    return (text === '' ? null : JSON.parse(text)) as T
  }
  let token = ''
  const password = 'correct horse battery'
  token = (await call('POST', '/api/auth/register', { username, password }, {})).accessToken ?? ''
  const { key = '' } = await call('POST', '/api/auth/keys', { name: 'all', scopes: allScopes })
  const show = (id: string) => call<Picture>('GET', `/api/images/${id}`)
  const file = async (fields: Record<string, string>): Promise<FormData> => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
    const pixels = sharp({ create: { width: 900, height: 600, channels: 3, background: '#888', noise } })
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    form.set('image', new Blob([new Uint8Array(await pixels.jpeg().toBuffer())]), 'a.jpg')
    return form
  }
  const complete = (id: string): Promise<Picture> =>
    vi.waitFor(
      async () => {
        const image = await show(id)
        expect(image).toMatchObject({ status: 'complete' })
        return image
      },
      { timeout: 40_000 },
    )
  return {
    token,
    key,
    call,
    show,
    async upload(visibility: 'public' | 'private'): Promise<Picture> {
      const { id = '' } = await call('POST', '/api/images', await file({ visibility }))
      return complete(id)
    },
    async replace(id: string): Promise<void> {
      await call('POST', `/api/images/${id}/replace`, await file({}))
    },
    change: (id: string, change: object) => call('PATCH', `/api/images/${id}`, change),
    purge: (id: string) => call('DELETE', `/api/images/${id}/renditions`),
    delete: (id: string) => call('DELETE', `/api/images/${id}`),
    erase: () => call('DELETE', '/api/auth/me'),
  }
}
