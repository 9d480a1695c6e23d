import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

/** A task that waits to be let go. */
function held() {
  let letGo = () => {}
  const wait = new Promise<void>((resolve) => {
    letGo = resolve
  })
  return { wait, letGo: () => letGo() }
}

test('so many run beside each other and no more', async () => {
  const lanes = createLanes(2)
  let running = 0
  let most = 0
  for (let task = 0; task < 9; task++)
    await lanes.enter(async () => {
      most = Math.max(most, ++running)
      for (let turn = 0; turn < task % 4; turn++) await Promise.resolve()
      running--
    })
  await lanes.settled()
  expect([most, running]).toEqual([2, 0])
})

test('after a failure nothing begins, what runs is waited for, and the first is told', async () => {
  const lanes = createLanes(2)
  const slow = held()
  const begun: string[] = []
  await lanes.enter(() => slow.wait)
  await lanes.enter(() => Promise.reject(new Error('first')))
  const late = lanes.enter(async () => {
    begun.push('late')
  })
  await expect(late).rejects.toThrow('first')
  let settled = false
  const end = lanes.settled().then(() => {
    settled = true
  })
  await Promise.resolve()
  expect(settled).toBe(false)
  slow.letGo()
  await end
  expect(begun).toEqual([])
  expect(lanes.check).toThrow('first')
})
