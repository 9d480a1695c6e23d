import { expect, it } from 'vitest'
import { createMeasurements } from './measurements.ts'

const ok = { state: { status: 'ok' as const }, ms: 4 }
const away = { state: { status: 'down' as const, detail: 'not reachable' }, ms: 2_000 }

it('adds up what a minute had, and gives it once', () => {
  let now = 600_000
  const measured = createMeasurements(() => now)
  measured.part('database', ok)
  now += 20_000
  measured.part('database', away)
  measured.layers({ memory: 10, cache: 0, storage: 2, render: 1 })
  measured.layers({ memory: 15, cache: 0, storage: 2, render: 1 })
  expect(measured.take()).toEqual([
    { minute: 600_000, name: 'part:database', looks: 2, failed: 1, total: 2_004, most: 2_000 },
    { minute: 600_000, name: 'layer:memory', looks: 2, failed: 0, total: 15, most: 10 },
    { minute: 600_000, name: 'layer:storage', looks: 1, failed: 0, total: 2, most: 2 },
    { minute: 600_000, name: 'layer:render', looks: 1, failed: 0, total: 1, most: 1 },
  ])
  expect(measured.take()).toEqual([])
})

it('keeps what could not be written for an hour, and what comes meanwhile with it', () => {
  let now = 0
  const measured = createMeasurements(() => now)
  measured.lane('bulk', { waiting: 7, finished: 3 })
  const first = measured.take()
  now += 60_000
  measured.lane('bulk', { waiting: 9, finished: 3 })
  measured.giveBack(first)
  const both = measured.take()
  expect(
    both.filter(({ name }) => name === 'waiting:bulk').map(({ minute, total }) => [minute, total]),
  ).toEqual([
    [60_000, 9],
    [0, 7],
  ])
  measured.giveBack(both)
  now += 3_600_000
  measured.part('database', ok)
  expect(measured.take().map(({ minute }) => minute)).toEqual([3_660_000])
})
