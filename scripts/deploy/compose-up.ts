import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deployFolder } from './documents.ts'
import { type Engine, imageName } from './engine.ts'
import { run } from './tools.ts'
import { useService } from './use-service.ts'

/** Brings compose.yaml up against podman's Docker socket, as `docker compose up` would, and uses what runs. */
export async function tryCompose(engine: Engine): Promise<string> {
  const socket = join(engine.folder, 'podman.sock')
  const [program = '', ...words] = engine.words
  const service = spawn(program, [...words, 'system', 'service', '-t', '0', `unix://${socket}`], {
    env: { ...process.env, ...engine.env },
    stdio: 'ignore',
  })
  const compose = (...args: string[]) =>
    run(['docker-compose', '-p', 'check', '-f', join(deployFolder, 'compose.yaml'), ...args], {
      env: { DOCKER_HOST: `unix://${socket}`, COMPOSE_HTTP_TIMEOUT: '120' },
    })
  try {
    await engine.podman('tag', imageName, 'rendition')
    await pause(1_000)
    await compose('up', '-d', '--no-build')
    const limit = Date.now() + 120_000
    for (;;) {
      const ready = await fetch('http://127.0.0.1:8080/ready').then(
        ({ ok }) => ok,
        () => false,
      )
      if (ready) break
      if (Date.now() > limit) throw new Error(await compose('logs', '--tail', '20'))
      await pause(300)
    }
    return `up through podman's socket, ${await useService('http://127.0.0.1:8080')}`
  } finally {
    await compose('down', '-v').catch(() => '')
    service.kill('SIGTERM')
  }
}
