import { expect, it } from 'vitest'
import { createGate, type Lane } from './gate.ts'

const full = new Error('full')

/** Work of a lane that is held until told; the order in which it began is written down. */
function createSite(waiting: number) {
  const gate = createGate(1, waiting, () => full)
  const began: string[] = []
  const ends: (() => void)[] = []
  const refused: string[] = []
  const start = (name: string, lane: Lane): void => {
    gate(lane, async () => {
      began.push(name)
      await new Promise<void>((resolve) => ends.push(resolve))
    }).catch(() => refused.push(name))
  }
  return {
    began,
    refused,
    start,
    async finish(count: number) {
      for (let n = 0; n < count; n += 1) {
        ends.shift()?.()
        await new Promise(setImmediate)
      }
    },
  }
}

const crowd = { kind: 'register', from: 'a' }

it('serves a kind and an address by turns, whatever stands before them', async () => {
  const site = createSite(100)
  for (let n = 0; n < 5; n += 1) site.start(`crowd${n}`, crowd)
  site.start('same address', { kind: 'login', from: 'a' })
  site.start('other address', { kind: 'register', from: 'b' })
  site.start('other again', { kind: 'register', from: 'b' })
  await site.finish(9)
  expect(site.began).toEqual([
    'crowd0',
    'crowd1',
    'same address',
    'other address',
    'crowd2',
    'other again',
    'crowd3',
    'crowd4',
  ])
})

it('makes room for a newcomer at the cost of the longest lane, and of nobody else', async () => {
  const site = createSite(3)
  for (let n = 0; n < 6; n += 1) site.start(`crowd${n}`, crowd)
  site.start('login', { kind: 'login', from: 'b' })
  // Two of the crowd and one of `b` wait: whoever comes now would push out one who is no better off.
  site.start('second login', { kind: 'login', from: 'b' })
  site.start('third address', { kind: 'login', from: 'c' })
  await site.finish(6)
  expect(site.refused.sort()).toEqual(['crowd2', 'crowd3', 'crowd4', 'crowd5', 'second login'])
  expect(site.began).toEqual(['crowd0', 'crowd1', 'login', 'third address'])
})
