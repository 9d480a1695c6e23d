import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openTally } from './tally.ts'

it('throws when the disk of the report is full, at the next record and at the end', async () => {
  const terminal = { out: () => {}, err: () => {}, redraw: null, ask: null, stdin: (async function* () {})() }
  const tally = await openTally(terminal, [], '/dev/full', [])
  const add = () => tally.add({ subject: 'a.jpg', is: 'imported' })
  // Nobody waits while the first line fails.
  await add()
  const until = async (): Promise<void> => {
    for (;;) {
      await setImmediate()
      await add()
    }
  }
  await expect(until()).rejects.toThrow('ENOSPC')
  await expect(tally.end([])).rejects.toThrow('ENOSPC')
})
