import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Door, type House, openHouse, owner, stranger } from './testing/house.ts'
import { photo } from './testing/pictures.ts'

/** What an answer shows of whether there is such an image. */
interface Shown {
  status: number
  headers: Record<string, string>
  body: string
}

const missing = '01930d4c-0000-7000-8000-00000000dead'
const doors = ['/images/ID', '/api/images/ID/explain', '/api/images/ID/markup'] as const
const queries = ['', 'preset=small', 'width=37', 'width=0', 'v=9'] as const
const strangers = ['none', 'bad', 'expired', 'foreign'] as const
const signatures = ['none', 'bad', 'expired', 'valid'] as const

let house: House
let door: Door
let hidden = ''
let open = ''

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  const bytes = await photo(60, 40)
  hidden = (await house.upload(bytes, 'private')).id
  open = (await house.upload(bytes, 'public')).id
}, 60_000)
afterAll(() => house.close())

const credential = (who: (typeof strangers)[number] | 'owner'): Record<string, string> =>
  who === 'none' ? {} : { 'x-api-key': who === 'owner' ? owner : who === 'foreign' ? stranger : who }

function signed(id: string, query: string, signature: (typeof signatures)[number]): string {
  if (signature === 'none') return query
  const url = house.signer.signedUrl({ imageId: id, query: Object.fromEntries(new URLSearchParams(query)) })
  const valid = url.slice(url.indexOf('?') + 1)
  if (signature === 'bad') return valid.replace(/sig=..../, 'sig=AAAA')
  return signature === 'expired' ? valid.replace(/exp=\d+/, 'exp=1000000000') : valid
}

async function ask(
  path: string,
  id: string,
  query: string,
  who: Parameters<typeof credential>[0],
  method = 'GET',
): Promise<Shown> {
  const url = `${door.url}${path.replace('ID', id)}${query === '' ? '' : `?${query}`}`
  const answer = await fetch(url, { method, headers: credential(who), redirect: 'manual' })
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  )
  const body = (await answer.text()).replaceAll(id, 'ID').replace(/"instance":"[^"]*"/, '')
  return { status: answer.status, headers, body }
}

it('a private image of another user answers as a missing one, whatever is sent', async () => {
  const told: string[] = []
  for (const path of doors)
    for (const query of queries)
      for (const who of strangers)
        for (const signature of signatures)
          for (const method of path === '/images/ID' ? ['GET', 'HEAD'] : ['GET']) {
            // A valid signature is the right to see it; of markup it is no parameter.
            if (signature === 'valid' && path !== '/api/images/ID/markup') continue
            const asked = [hidden, missing].map((id) =>
              ask(path, id, signed(id, query, signature), who, method),
            )
            const [there, gone] = await Promise.all(asked)
            const what = `${method} ${path}?${query} by ${who}, signature ${signature}`
            if (JSON.stringify(there) !== JSON.stringify(gone))
              told.push(`${what}: ${there?.status}, ${gone?.status}`)
            if (there && (there.status < 400 || there.status >= 500)) told.push(`${what}: ${there.status}`)
          }
  expect(told).toEqual([])
})

it('a credential that is not valid counts as none on a picture, and is refused where one is needed', async () => {
  for (const who of ['bad', 'expired'] as const) {
    expect((await ask('/images/ID', hidden, '', who)).status).toBe(404)
    expect((await ask('/images/ID', open, '', who)).status).toBe(200)
    expect((await ask('/images/ID', open, 'width=37', who)).status).toBe(403)
    expect((await ask('/images/ID', hidden, signed(hidden, 'width=37', 'valid'), who)).status).toBe(200)
    for (const id of [hidden, open, missing])
      expect((await ask('/api/images/ID/markup', id, '', who)).status).toBe(401)
  }
  expect((await ask('/images/ID', hidden, '', 'owner')).status).toBe(200)
  expect((await ask('/images/ID', missing, '', 'owner')).status).toBe(404)
})
