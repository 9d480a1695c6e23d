/**
 * `npm run dev`: the service from its sources, started anew when they change, and the page with hot reload in front of it.
 * PORT (8080) is the service's, DEV_PORT (5173) the page's. Ctrl-C ends both.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { keepRunning } from './dev/keep-running.ts'

const root = join(import.meta.dirname, '..')
const { PORT = '8080', DEV_PORT = '5173' } = process.env
const service = `http://127.0.0.1:${PORT}`

/** In a group of its own, so that Ctrl-C reaches this process alone and each of the two is told once. */
function run(words: readonly string[], cwd: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, words, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
}

const serving = keepRunning({
  start: () =>
    run(['--conditions=source', '--import', 'tsx', join(root, 'server/src/main.ts'), 'serve'], root, {
      PORT,
    }),
  watched: [join(root, 'contract/src'), join(root, 'server/src'), join(root, 'server/migrations')],
  say: (text) => console.log(`dev: service ${text}`),
})
const vite = join(root, 'node_modules/vite/bin/vite.js')
const page = run([vite, '--host', '127.0.0.1', '--port', DEV_PORT, '--strictPort'], join(root, 'web'), {
  RENDITION_SERVICE: service,
})
console.log(`dev: the page with hot reload on http://127.0.0.1:${DEV_PORT}, the service on ${service}`)

let ending = false
async function end(): Promise<void> {
  if (ending) return
  ending = true
  const gone = page.exitCode === null ? once(page, 'close') : undefined
  page.kill('SIGTERM')
  await Promise.all([serving.close(), gone])
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end())
page.once('close', (code) => {
  if (ending) return
  console.log(`dev: the page's server ended with ${code}`)
  process.exitCode = 1
  void end()
})
