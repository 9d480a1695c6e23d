import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStreams, type StreamsSetup } from '../testing/streams-setup.ts'

describe('event streams', () => {
  let log: StreamsSetup['log']
  let base: string
  let connect: StreamsSetup['connect']
  let connectAs: StreamsSetup['connectAs']
  let announce: StreamsSetup['announce']
  let close: StreamsSetup['close']

  beforeEach(async () => {
    ;({ log, base, connect, connectAs, announce, close } = await openStreams())
  })
  afterEach(() => close())

  it('sends an account its own events, live and in order, and nobody else’s', async () => {
    const ann = await connectAs('ann')
    const bob = await connectAs('bob')
    for (let n = 0; n < 5; n++) log.append('ann')
    log.append('bob', 'image.created')
    announce()
    await vi.waitFor(() => expect(ann.said.slice(1).map((m) => m.id)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']))
    await vi.waitFor(() => expect(bob.said.slice(1).map((m) => m.type)).toEqual(['image.created']))
    ann.socket.close()
    bob.socket.close()
  })

  it('replays what came after an id, more than one batch of it', async () => {
    for (let n = 0; n < 250; n++) log.append('ann')
    const ann = await connectAs('ann', '?after=e5')
    await vi.waitFor(() => expect(ann.said.length).toBe(246))
    expect(ann.said[1]?.id).toBe('e6')
    expect(ann.said.at(-1)?.id).toBe('e250')
    ann.socket.close()
  })

  it('says reset for an unknown replay point, then goes on live', async () => {
    log.append('ann')
    const ann = await connectAs('ann', '?after=gone')
    await vi.waitFor(() => expect(ann.types()).toEqual(['ready', 'reset']))
    log.append('ann')
    announce()
    await vi.waitFor(() => expect(ann.said.at(-1)?.id).toBe('e2'))
    ann.socket.close()
  })

  it('takes the token as a subprotocol', async () => {
    const ann = connect('', ['rendition', 'bearer.ann'])
    await vi.waitFor(() => expect(ann.types()).toEqual(['ready']))
    expect(ann.socket.protocol).toBe('rendition')
    ann.socket.close()
  })

  it('closes 4401 for a bad token, a bad first message and an expired token', async () => {
    const bad = connect()
    await once(bad.socket, 'open')
    bad.socket.send(JSON.stringify({ type: 'auth', token: 'nobody' }))
    expect(await bad.closed).toBe(4401)

    const rude = connect()
    await once(rude.socket, 'open')
    rude.socket.send('hello')
    expect(await rude.closed).toBe(4401)

    const short = await connectAs('short')
    expect(await short.closed).toBe(4401)
  })

  it('closes 4429 beyond the streams of an account, and frees places', async () => {
    const first = await connectAs('ann')
    const second = await connectAs('ann')
    const third = connect()
    await once(third.socket, 'open')
    third.socket.send(JSON.stringify({ type: 'auth', token: 'ann' }))
    expect(await third.closed).toBe(4429)
    first.socket.close()
    await first.closed
    await vi.waitFor(async () => {
      const again = await connectAs('ann')
      expect(again.types()).toEqual(['ready'])
      again.socket.close()
      await again.closed
    })
    second.socket.close()
  })

  it('streams the same as Server-Sent Events, resuming after Last-Event-ID', async () => {
    log.append('ann')
    log.append('ann', 'job.complete')
    const abort = new AbortController()
    const response = await fetch(`http://${base}/api/events/stream`, {
      headers: { authorization: 'Bearer ann', 'last-event-id': 'e1' },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('x-request-id')).toBeTruthy()
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('job.complete"')) text += (await reader?.read())?.value ?? ''
    expect(text).toContain('id: e2\nevent: job.complete\ndata: {"id":"e2"')
    abort.abort()
  })

  it('answers HEAD with the headers of a stream, and takes no place for it', async () => {
    for (let n = 0; n < 5; n += 1) {
      const answer = await fetch(`http://${base}/api/events/stream`, {
        method: 'HEAD',
        headers: { authorization: 'Bearer ann' },
        signal: AbortSignal.timeout(5_000),
      })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream; charset=utf-8',
      ])
    }
    const nobody = await fetch(`http://${base}/api/events/stream`, { method: 'HEAD' })
    expect(nobody.status).toBe(401)
  })

  it('answers SSE without a credential with a problem', async () => {
    const response = await fetch(`http://${base}/api/events/stream`)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })
})
