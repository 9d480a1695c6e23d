import type { FileHandle } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { createWrites } from './growing-writes.ts'

const rethrown = (error: unknown): never => {
  throw error
}

/** Its first write is followed by `then` in the same turn, that many steps behind its end. */
function handleWith(steps: number, then: () => void): Pick<FileHandle, 'writev'> {
  let begun = false
  const writev = (chunks: readonly Buffer[]) =>
    new Promise((resolve) => {
      const first = !begun
      begun = true
      setImmediate(() => {
        resolve({ bytesWritten: Buffer.concat(chunks).length, buffers: chunks })
        let left = steps
        const step = (): void => {
          if (left === 0) then()
          else {
            left -= 1
            queueMicrotask(step)
          }
        }
        if (first) queueMicrotask(step)
      })
    })
  return { writev: writev as FileHandle['writev'] }
}

it('loses no chunk that comes while a write ends', async () => {
  for (let steps = 0; steps < 10; steps += 1) {
    let given: Promise<void> | null = null
    const handle = handleWith(steps, () => {
      given = writes.add(Buffer.alloc(7))
    })
    const writes = createWrites(handle as FileHandle, 0, rethrown)
    await writes.add(Buffer.alloc(5))
    await vi.waitFor(() => expect(given).not.toBeNull())
    await given
    await writes.flush()
    expect([steps, writes.size]).toEqual([steps, 12])
  }
})
