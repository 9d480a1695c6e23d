import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

const missing = '01930d4c-0000-7000-8000-00000000dead'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop({ worker: false })
}, 60_000)
afterAll(() => shop.close())

/** Every route with an image's id in it, out of the API description: the next one is among them by itself. */
async function routesOfImages(): Promise<{ method: string; path: string }[]> {
  const description = await readFile(join(import.meta.dirname, '../../../../docs/openapi.json'), 'utf8')
  const { paths } = JSON.parse(description) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .map((method) => ({ method: method.toUpperCase(), path }))
      // The rest belongs to delivery, which has its own.
      .filter(
        ({ method }) =>
          path.startsWith('/api/images/{id}') &&
          shop.app.hasRoute({ method: method as 'GET', url: path.replace(/[{](\w+)[}]/g, ':$1') }),
      ),
  )
}

it('another user’s image answers as a missing one on every route, with every credential', async () => {
  const owner = shop.user()
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(20, 10), filename: 'a.jpg' }])
  const sent = {
    method: 'POST' as const,
    url: '/api/images',
    payload,
    headers: { ...headers, ...owner.headers },
  }
  const { id } = (await shop.app.inject(sent)).json<Image>()
  const routes = await routesOfImages()
  expect(routes.length).toBeGreaterThan(8)
  const credentials = [
    {},
    { authorization: 'Bearer bad.x' },
    { authorization: 'Bearer expired.x' },
    shop.user().headers,
  ]
  const told: string[] = []
  for (const { method, path } of routes)
    for (const credential of credentials) {
      const [there, gone] = await Promise.all(
        [hiddenFrom(id), hiddenFrom(missing)].map(async (url) => {
          const body =
            method === 'GET' || method === 'DELETE' ? {} : { payload: { saveImage: true, tags: [] } }
          const answer = await shop.app.inject({ method: method as 'GET', url, headers: credential, ...body })
          const { instance: _, ...problem } = answer.json<Record<string, unknown>>()
          return JSON.stringify([answer.statusCode, problem])
        }),
      )
      if (there !== gone || there === undefined || !/^\[4/.test(there)) {
        told.push(`${method} ${path} with ${JSON.stringify(credential)}: ${there} and ${gone}`)
      }
      function hiddenFrom(of: string): string {
        return path.replace('{id}', of).replace('{n}', '1')
      }
    }
  expect(told).toEqual([])
})
