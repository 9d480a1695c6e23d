import { expect, it } from 'vitest'
import { createRunningBatch } from './running-batch.ts'

it('asks for an edit that nobody answered for as before, and for any other anew', async () => {
  const running = createRunningBatch()
  const first = await running.asking('sepia', async () => ['a', 'b'])
  // The list holds more by now: those that may have it already are not to have it twice
  expect(await running.asking('sepia', async () => ['a', 'b', 'c'])).toEqual(first)
  const other = await running.asking('grey', async () => ['a'])
  expect(other.ids).toEqual(['a'])
  expect(other.idempotencyKey).not.toBe(first.idempotencyKey)

  running.begin('batch')
  expect(running.snapshot()).toBe('batch')
  const again = await running.asking('grey', async () => ['a'])
  expect(again.idempotencyKey).not.toBe(other.idempotencyKey)
})

it('remembers nothing of an edit whose photos could not be found out', async () => {
  const running = createRunningBatch()
  await expect(running.asking('sepia', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect((await running.asking('sepia', async () => ['a'])).ids).toEqual(['a'])
})
