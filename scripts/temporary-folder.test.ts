import { rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { makeTemporaryFolder } from './temporary-folder.ts'

it('everybody may write there, nobody removes what is of others, and sockets fit below it', async () => {
  const folder = await makeTemporaryFolder()
  try {
    expect(((await stat(folder)).mode & 0o7777).toString(8)).toBe('1777')
    expect(folder.length).toBeLessThanOrEqual(
      Math.max(tmpdir().length, '/dev/shm'.length) + '/rt-XXXXXX'.length,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
