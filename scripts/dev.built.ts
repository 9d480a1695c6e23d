// @module-tag slow/commands
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freePort } from '../server/test/services/service.ts'

const status = (url: string): Promise<number> =>
  fetch(url).then(
    async (answer) => {
      await answer.body?.cancel()
      return answer.status
    },
    () => 0,
  )

it('npm run dev serves the sources and the page in front of them, and ends both when told', async () => {
  const data = await mkdtemp(join(tmpdir(), 'rendition-dev-'))
  const [port, page] = [await freePort(), await freePort()]
  const dev = spawn('npm', ['run', '--silent', '--ignore-scripts', 'dev'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, PORT: String(port), DEV_PORT: String(page), DATA_DIR: data, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // As a terminal does it: Ctrl-C reaches the whole group.
    detached: true,
  })
  let said = ''
  for (const stream of [dev.stdout, dev.stderr]) stream.on('data', (chunk) => (said += chunk))
  const gone = once(dev, 'close')
  try {
    const soon = { timeout: 120_000 }
    await expect.poll(() => status(`http://127.0.0.1:${port}/ready`), soon).toBe(200)
    await expect.poll(() => status(`http://127.0.0.1:${page}/`), soon).toBe(200)
    // The page is Vite's, its modules come one by one, and what it asks the service for arrives there.
    const html = await (await fetch(`http://127.0.0.1:${page}/`, { headers: { accept: 'text/html' } })).text()
    expect(html).toContain('/@vite/client')
    expect(await status(`http://127.0.0.1:${page}/src/main.tsx`)).toBe(200)
    expect(await status(`http://127.0.0.1:${page}/api/health`)).toBe(200)
    expect(await status(`http://127.0.0.1:${page}/api/images`)).toBe(401)
  } finally {
    process.kill(-(dev.pid ?? 0), 'SIGINT')
    await gone
    await rm(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  expect(
    [await status(`http://127.0.0.1:${port}/health`), await status(`http://127.0.0.1:${page}/`)],
    said,
  ).toEqual([0, 0])
}, 180_000)
