import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSse, type SseMessage } from './parse-sse.ts'

async function parse(chunks: readonly Uint8Array[]): Promise<SseMessage[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
  const messages: SseMessage[] = []
  for await (const message of parseSse(body)) messages.push(message)
  return messages
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('an event stream', () => {
  it('gives events with id, name and joined data, and skips comments and retry', async () => {
    const text = 'retry: 2000\n\n: ping\n\nid: 7\nevent: image.complete\ndata: {"a":\ndata:1}\n\ndata: x\n\n'
    expect(await parse([bytes(text)])).toEqual([
      { id: '7', event: 'image.complete', data: '{"a":\n1}' },
      { id: '7', event: 'message', data: 'x' },
    ])
  })

  it('does not give an event that was cut off', async () => {
    expect(await parse([bytes('data: whole\n\ndata: half')])).toHaveLength(1)
  })

  it('reads the same however the bytes are cut, with any line ends', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, ''))
    const event = fc.record({ id: line, data: fc.array(line, { minLength: 1, maxLength: 3 }) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(200), { maxLength: 6 }),
        async (events, end, cuts) => {
          const text = events
            .map(({ id, data }) => [`id: ${id}`, ...data.map((part) => `data: ${part}`), '', ''].join(end))
            .join('')
          // A lone CR at the very end waits for what might follow it.
          const whole = bytes(end === '\r' ? `${text}:\r:` : text)
          const places = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort(
            (a, b) => a - b,
          )
          const chunks = places.slice(1).map((to, index) => whole.subarray(places[index], to))
          const read = await parse(chunks)
          expect(read.map(({ id, data }) => ({ id, data }))).toEqual(
            events.map(({ id, data }) => ({ id, data: data.join('\n') })),
          )
        },
      ),
    )
  })
})
