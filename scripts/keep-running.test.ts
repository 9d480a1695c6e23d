import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keepRunning } from './dev/keep-running.ts'

let folder: string
const closers: (() => Promise<void>)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendition-dev-'))
  await mkdir(join(folder, 'src/deep'), { recursive: true })
})
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
  await rm(folder, { recursive: true, force: true })
})

/** Runs `src/main.js` and collects what its lives say, in order. */
function follow(): string[] {
  const said: string[] = []
  const { close } = keepRunning({
    start: () => {
      const child = spawn(process.execPath, [join(folder, 'src/main.js')], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      child.stdout.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')))
      return child
    },
    watched: [join(folder, 'src')],
    say: (text) => said.push(`(${text})`),
  })
  closers.push(close)
  return said
}
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, 'src', name), text)
const lives = (name: string): string =>
  `console.log('${name} began'); setInterval(() => {}, 1000)
   process.on('SIGTERM', () => setTimeout(() => { console.log('${name} ended'); process.exit() }, 50))`
const wait = (expectation: () => void) => vi.waitFor(expectation, { timeout: 20_000, interval: 20 })

it('starts anew when a file changes, after the former one has ended in order', async () => {
  await write('main.js', lives('one'))
  const said = follow()
  await wait(() => expect(said).toContain('one began'))
  await write('main.js', lives('two'))
  await wait(() => expect(said).toContain('two began'))
  expect(said.indexOf('one ended')).toBeLessThan(said.indexOf('two began'))
  const before = said.length
  await write('deep/part.js', '// new')
  await wait(() => expect(said.slice(before)).toContain('two began'))
})

it('waits for the change that mends one that fell', async () => {
  await write('main.js', 'process.exit(3)')
  const said = follow()
  await wait(() => expect(said).toContain('(ended with 3; waiting for a change)'))
  await write('main.js', lives('mended'))
  await wait(() => expect(said).toContain('mended began'))
})
