import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runProgram } from '../../test/processes/program.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendition-failed-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a start that is refused after its parts were opened ends the process', async () => {
  const refused = join(folder, 'no-web-app')
  const program = await runProgram(join(import.meta.dirname, 'testing/start-and-fail.ts'), [refused])
  try {
    await program.says(/^refused: The web app is not built/)
    expect(await program.exited).toBe(0)
  } finally {
    program.child.kill('SIGKILL')
  }
})
