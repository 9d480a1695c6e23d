import { setImmediate } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import type { Terminal } from '../command.ts'
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

it('says a name that commands the terminal as plain text', async () => {
  const said: string[] = []
  const terminal = { out() {}, err: (line: string) => said.push(line), redraw: null } as unknown as Terminal
  const tally = await openTally(terminal, ['refused'], undefined, [])
  await tally.add({
    subject: 'a\u001b]0;x\u0007\nb: imported\u202e.jpg',
    is: 'refused',
    note: 'no\r\u009bpicture',
  })
  await tally.end([])
  expect(said).toEqual(['a\ufffd]0;x\ufffd\ufffdb: imported\ufffd.jpg: refused, no\ufffd\ufffdpicture'])
})

it('judges what is left of the time by what this run takes, however long it passed what an earlier one took', async () => {
  let drawn = ''
  const terminal = {
    out() {},
    err() {},
    redraw: (line: string) => (drawn = line || drawn),
  } as unknown as Terminal
  const clock = vi.spyOn(performance, 'now')
  try {
    const at = (ms: number) => clock.mockReturnValue(ms)
    at(1_000)
    const tally = await openTally(terminal, [], undefined, [])
    tally.expect(2_000)
    for (let n = 1; n <= 1_000; n += 1) {
      at(1_000 + n * 600)
      await tally.add({ subject: `${n}.jpg`, is: 'known' })
    }
    for (let n = 1; n <= 100; n += 1) {
      at(601_000 + n * 600)
      await tally.add({ subject: `more ${n}.jpg`, is: 'imported' })
    }
    expect(drawn).toBe('[#####-----] 55 % of 2000, 9 min left: 1000 known, 100 imported')
  } finally {
    clock.mockRestore()
  }
})
