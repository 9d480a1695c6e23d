import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type KnownRoute, openWholeHouse, type WholeHouse } from './whole-house.ts'

/** Every parameter of every route, in shapes that it cannot have: told like an unknown one, and never our fault. */
let house: WholeHouse
let headers: Record<string, string>
beforeAll(async () => {
  house = await openWholeHouse()
  const made = await fetch(`${house.url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'correct horse' }),
  })
  const { accessToken } = (await made.json()) as { accessToken: string }
  headers = { authorization: `Bearer ${accessToken}` }
})
afterAll(() => house?.close())

const nothing = '00000000-0000-7000-8000-000000000000'
const noId = [
  'x',
  '0',
  '%00',
  '%ff',
  '%F0%9F%90%8C',
  "'",
  `${nothing}0`,
  nothing.slice(1),
  'a'.repeat(300),
  '..%2fx',
]

async function ask({ method }: KnownRoute, path: string): Promise<number> {
  // No body: what is asked of it comes after what the path names, or is refused as well.
  const answer = await fetch(house.url + path, { method, headers, redirect: 'manual' })
  await answer.body?.cancel()
  return answer.status
}

it('an id that is no id is unknown, in every path', async () => {
  const faults: string[] = []
  let asked = 0
  for (const route of house.routes.filter(({ url }) => url.includes(':'))) {
    const names = [...route.url.matchAll(/:\w+/g)].map(([name]) => name)
    for (const name of names) {
      for (const bad of noId) {
        const others = route.url.replace(name, bad).replace(':n', '1')
        const status = await ask(route, others.replace(/:\w+/g, nothing))
        asked += 1
        // A path that cannot be decoded at all is 400, as the router has it.
        if (status !== 404 && !(bad === '%ff' && status === 400))
          faults.push(`${route.method} ${route.url} with ${bad}: ${status}`)
      }
    }
  }
  expect(faults).toEqual([])
  expect(asked).toBeGreaterThan(200)
})

it('a cursor that is none of ours is 400, and NUL in any query', async () => {
  const faults: string[] = []
  let cursors = 0
  for (const route of house.routes) {
    const { querystring } = route.schema
    if (route.method !== 'GET' || !(querystring instanceof z.ZodObject)) continue
    const path = route.url.replace(/:\w+/g, nothing)
    for (const name of Object.keys(querystring.shape)) {
      const status = await ask(route, `${path}?${name}=a%00b`)
      if (status !== 400) faults.push(`${route.url}?${name}= with NUL: ${status}`)
      if (name !== 'cursor') continue
      cursors += 1
      for (const bad of [
        'x',
        '%ff',
        "'",
        'a'.repeat(500),
        'WyJuZXdlc3QiXQ',
        'bnVsbA',
        '%F0%9F%90%8C',
        '-1',
        '1e9',
      ]) {
        const refused = await ask(route, `${path}?cursor=${bad}`)
        // Below an object that is not there, that may be said first.
        const missing = path !== route.url && refused === 404
        if (refused !== 400 && !missing) faults.push(`${route.url}?cursor=${bad}: ${refused}`)
      }
    }
  }
  expect(faults).toEqual([])
  expect(cursors).toBeGreaterThan(6)
})
