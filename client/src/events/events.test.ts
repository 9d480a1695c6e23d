import type { Event } from '@rendition/contract'
import { describe, expect, it, vi } from 'vitest'
import type { Channel } from './channel.ts'
import { createEvents, type EventsState } from './index.ts'

const event = (id: string): Event => ({
  id,
  type: 'image.complete',
  timestamp: '2026-01-01T00:00:00Z',
  data: {},
})

describe('following events', () => {
  it('resumes behind the last event after a break', async () => {
    const afters: (string | null)[] = []
    const channel: Channel = async (after, sink, signal) => {
      afters.push(after)
      sink.ready()
      if (afters.length === 1) return sink.event(event('e1'))
      sink.event(event('e2'))
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const seen: string[] = []
    const stop = createEvents([channel]).subscribe({ onEvent: ({ id }) => seen.push(id) })
    await vi.waitFor(() => expect(seen).toEqual(['e1', 'e2']), { timeout: 3000 })
    expect(afters).toEqual([null, 'e1'])
    stop()
  })

  it('falls back to the next channel when the first does not get ready, and says so when none does', async () => {
    const states: EventsState[] = []
    let broken = true
    const refused: Channel = () => Promise.reject(new Error('refused'))
    const second: Channel = async (_after, sink, signal) => {
      if (broken) throw new Error('also refused')
      sink.ready()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const stop = createEvents([refused, second]).subscribe({
      onEvent: () => undefined,
      onState: (state) => states.push(state),
    })
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'down']))
    broken = false
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'down', 'live']), { timeout: 5000 })
    stop()
  })

  it('asks for a fresh start when the place to resume from is unknown', async () => {
    const onReset = vi.fn()
    const channel: Channel = async (_after, sink, signal) => {
      sink.ready()
      sink.reset()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    }
    const stop = createEvents([channel]).subscribe({ onEvent: () => undefined, onReset }, { after: 'gone' })
    await vi.waitFor(() => expect(onReset).toHaveBeenCalledTimes(1))
    stop()
  })
})
