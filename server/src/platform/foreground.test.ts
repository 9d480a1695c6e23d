import { expect, test } from 'vitest'
import { createForeground } from './foreground.ts'

test('background work waits while somebody waits, and no longer than it must', async () => {
  const foreground = createForeground()
  await foreground.calm(60_000)
  let answer = (): void => {}
  const answered = foreground.during(
    () =>
      new Promise<void>((resolve) => {
        answer = resolve
      }),
  )
  let calm = false
  const waits = foreground.calm(60_000).then(() => {
    calm = true
  })
  // One who may not wait for so long goes on beside it.
  await foreground.calm(40)
  expect(calm).toBe(false)
  answer()
  await answered
  await waits
  // What fails has ended too.
  await expect(foreground.during(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  await foreground.calm(60_000)
})
