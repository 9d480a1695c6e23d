import { once } from 'node:events'
import { beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Account, type Api, createApi } from './api.ts'
import { jpeg } from './pictures.ts'

interface Event {
  id: string
  type: string
  timestamp: string
  data: Record<string, unknown>
}

let entrance: Api
let account: Account
let api: Api
beforeAll(async () => {
  entrance = createApi(inject('baseUrl'))
  account = await entrance.register()
  api = entrance.as(account.accessToken)
})

/** A socket and what it said; `bearer` offers the token as a subprotocol instead of a first message. */
async function listen(token: string, options: { after?: string; bearer?: boolean } = {}) {
  const query = options.after === undefined ? '' : `?after=${options.after}`
  const url = `${inject('baseUrl').replace(/^http/, 'ws')}/api/events${query}`
  const socket = new WebSocket(url, options.bearer ? ['rendition', `bearer.${token}`] : [])
  const said: Event[] = []
  socket.on('message', (data) => said.push(JSON.parse(String(data))))
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  if (!options.bearer) socket.send(JSON.stringify({ type: 'auth', token }))
  await vi.waitFor(() => expect(said[0]?.type).toBe('ready'), { timeout: 10_000 })
  return { socket, said, closed, events: () => said.slice(1) }
}
const told = (listener: { events(): Event[] }, type: string, id: string): Promise<Event> =>
  vi.waitFor(
    () => {
      const event = listener.events().find((one) => one.type === type && one.data.id === id)
      if (event === undefined) throw new Error(`${type} of ${id} did not come`)
      return event
    },
    { timeout: 30_000 },
  )

describe('events', () => {
  it('tell an upload from its beginning to its end, in order, to its owner alone', async () => {
    const mine = await listen(account.accessToken)
    const other = await listen((await entrance.register()).accessToken, { bearer: true })
    const image = await api.picture(await jpeg(300, 200))
    await told(mine, 'image.complete', image.id)
    await told(mine, 'job.complete', image.jobId)
    const types = mine.events().map(({ type }) => type)
    const places = ['image.created', 'job.processing', 'image.complete'].map((type) => types.indexOf(type))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(types.indexOf('job.pending')).toBeLessThan(types.indexOf('job.processing'))
    const ids = mine.events().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(other.events()).toEqual([])
    mine.socket.close()
    other.socket.close()
  })

  it('are replayed after an id, the same by WebSocket and by SSE', async () => {
    const live = await listen(account.accessToken)
    const image = await api.picture(await jpeg(200, 300))
    await told(live, 'image.complete', image.id)
    const deleted = await api.delete(`/api/images/${image.id}`)
    expect(deleted.status).toBe(204)
    await told(live, 'image.deleted', image.id)
    live.socket.close()
    const seen = live.events()
    const [first, ...rest] = seen
    const again = await listen(account.accessToken, { after: first?.id ?? '' })
    await vi.waitFor(() => expect(again.events()).toEqual(rest), { timeout: 10_000 })
    again.socket.close()

    const gone = new AbortController()
    const stream = await fetch(`${inject('baseUrl')}/api/events/stream`, {
      headers: { authorization: `Bearer ${account.accessToken}`, 'last-event-id': first?.id ?? '' },
      signal: gone.signal,
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    while (!text.includes(`id: ${rest.at(-1)?.id}\n`)) text += (await reader?.read())?.value ?? ''
    const ids = [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id)
    expect(ids).toEqual(rest.map(({ id }) => id))
    gone.abort()

    const unknown = await listen(account.accessToken, { after: crypto.randomUUID() })
    await vi.waitFor(() => expect(unknown.events().map(({ type }) => type)).toEqual(['reset']))
    unknown.socket.close()
  })

  it('end with the session that hears them', async () => {
    const guest = await entrance.register()
    const { closed } = await listen(guest.accessToken)
    const signedOut = await entrance.post('/api/auth/logout', { refreshToken: guest.refreshToken })
    expect(signedOut.status).toBe(204)
    expect(await closed).toBe(4401)
  })
})
