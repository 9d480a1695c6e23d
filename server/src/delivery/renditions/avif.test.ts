import { Failure } from '@rendition/contract'
import { expect, it, vi } from 'vitest'
import type { RenditionPlan } from '../plan/plan.ts'
import type { KnownImage } from '../request/known-images.ts'
import { createAvif } from './avif.ts'
import type { Renditions } from './find-or-render.ts'

const plan = (key: string) => ({ kind: 'rendition', key, facts: { id: 'image' } }) as unknown as RenditionPlan
const image = { dropped: false } as KnownImage

function open(obtain: Renditions['obtain'], after = 1) {
  const errors: unknown[] = []
  const avif = createAvif({
    mode: 'later',
    after,
    ledger: { find: async () => null },
    renditions: { obtain, inMemory: () => false },
    onError: (error) => errors.push(error),
  })
  return { avif, errors }
}

it('a wish is made once, one at a time, in the bulk lane', async () => {
  let running = 0
  const obtain = vi.fn<Renditions['obtain']>(async () => {
    running += 1
    expect(running).toBe(1)
    await Promise.resolve()
    running -= 1
    return {} as never
  })
  const { avif, errors } = open(obtain)
  for (const key of ['a', 'b', 'a', 'c']) avif.wish(plan(key), image)?.ask()
  await vi.waitFor(() => expect(obtain).toHaveBeenCalledTimes(3))
  expect(obtain.mock.calls.map(([{ key }, , , { lane }]) => [key, lane])).toEqual([
    ['a', 'bulk'],
    ['b', 'bulk'],
    ['c', 'bulk'],
  ])
  await avif.close()
  expect(errors).toEqual([])
})

it('one that cannot be made is not tried again with every request, one refused for now is', async () => {
  const failures = [new Failure('render_timeout'), new Failure('overloaded')]
  const obtain = vi.fn<Renditions['obtain']>(async ({ key }) => {
    throw failures[Number(key)]
  })
  const { avif, errors } = open(obtain)
  for (let round = 1; round <= 3; round += 1) {
    for (const key of ['0', '1']) avif.wish(plan(key), image)?.ask()
    await vi.waitFor(() => expect(errors).toHaveLength(1 + round))
    // The wish is taken off the list behind the failure.
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(obtain.mock.calls.map(([{ key }]) => key)).toEqual(['0', '1', '1', '1'])
  await avif.close()
})

it('what is asked for most is made first, and nothing that was asked for too seldom', async () => {
  const made: string[] = []
  let release = (): void => {}
  const first = new Promise<void>((resolve) => {
    release = resolve
  })
  const { avif } = open(async ({ key }) => {
    made.push(key)
    if (made.length === 1) await first
    return {} as never
  }, 2)
  const ask = (key: string, times: number): void => {
    for (let time = 0; time < times; time += 1) avif.wish(plan(key), image)?.ask()
  }
  ask('running', 2)
  ask('once', 1)
  ask('twice', 2)
  ask('often', 9)
  release()
  await vi.waitFor(() => expect(made).toHaveLength(3))
  expect(made).toEqual(['running', 'often', 'twice'])
  expect(avif.wish(plan('often'), image)?.made).toBe(false)
  await avif.close()
})

it('no more than a hundred wait, and those that were turned away come again with the next request', async () => {
  const made: string[] = []
  let release = (): void => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const { avif } = open(async ({ key }) => {
    made.push(key)
    await gate
    return {} as never
  })
  for (let n = 0; n < 150; n += 1) avif.wish(plan(String(n)), image)?.ask()
  release()
  await vi.waitFor(() => expect(made).toHaveLength(100))
  const late = avif.wish(plan('149'), image)
  await vi.waitFor(() => {
    late?.ask()
    expect(late?.made).toBe(true)
  })
  await avif.close()
})
