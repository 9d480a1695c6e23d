import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unlimited } from '../acceptance/src/unlimited.ts'
import { startServer } from './processes.ts'

const executable = fileURLToPath(new URL('../server/bin/rendition.js', import.meta.url))

export interface Service {
  pid: number
  url: string
  /** Its data folder. */
  folder: string
  /** Of the account that uploads. */
  authorization: string
  /** Uploads and waits until every preset is made; gives the id. */
  upload(bytes: Uint8Array, visibility: 'public' | 'private', name?: string): Promise<string>
  /** A URL that anyone may use, as pages have it. */
  signedUrl(imageId: string, parameters: Record<string, string>): Promise<string>
  /** Waits until no job of the account is left to do. */
  rest(): Promise<void>
  stop(): Promise<void>
}

/**
 * The whole service as people run it: built, in one process, with its own database and files. One client stands for
 * many, so that nothing is limited, unless it is `limited` as it is for people.
 */
export async function startBuiltService(
  options: {
    core?: number | null
    env?: Record<string, string>
    limited?: boolean
    /** One of an earlier start, or a new one; without, one that goes with the service. */
    folder?: string
  } = {},
): Promise<Service> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'rendition-bench-')))
  const server = await startServer(
    [process.execPath, executable, 'serve', '--port', '0', '--data-dir', folder],
    {
      core: options.core ?? null,
      env: {
        LOG_LEVEL: 'warn',
        NODE_ENV: 'production',
        ...(options.limited ? {} : unlimited),
        ...options.env,
      },
      pattern: /answers on (https?:\/\/\S+)/,
    },
  )
  const signIn = (way: string): Promise<Response> =>
    fetch(`${server.url}/api/auth/${way}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'bench@example.org', password: 'a long bench password' }),
    })
  const registered = await signIn('register')
  const known = registered.status === 409 ? await signIn('login') : registered
  const { accessToken } = (await known.json()) as { accessToken: string }
  const authorization = `Bearer ${accessToken}`
  return {
    pid: server.pid,
    url: server.url,
    folder,
    authorization,
    async upload(bytes, visibility, name = 'photo.jpg') {
      const form = new FormData()
      form.set('visibility', visibility)
      form.set('image', new Blob([new Uint8Array(bytes)]), name)
      const sent = await fetch(`${server.url}/api/images`, {
        method: 'POST',
        headers: { authorization },
        body: form,
      })
      if (sent.status !== 201) throw new Error(`upload: ${sent.status} ${await sent.text()}`)
      const { id } = (await sent.json()) as { id: string }
      for (;;) {
        const asked = await fetch(`${server.url}/api/images/${id}/status`, { headers: { authorization } })
        const { status } = (await asked.json()) as { status: string }
        if (status === 'complete') return id
        if (status === 'failed') throw new Error('the upload could not be processed')
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    },
    async signedUrl(imageId, parameters) {
      const explained = `${server.url}/api/images/${imageId}/explain?${new URLSearchParams(parameters)}`
      const answer = await fetch(explained, { headers: { authorization } })
      return new URL(((await answer.json()) as { url: string }).url, server.url).href
    },
    async rest() {
      for (const status of ['pending', 'processing']) {
        for (;;) {
          const asked = await fetch(`${server.url}/api/jobs?status=${status}&limit=1`, {
            headers: { authorization },
          })
          if (((await asked.json()) as { items: unknown[] }).items.length === 0) break
          await new Promise((resolve) => setTimeout(resolve, 250))
        }
      }
    },
    async stop() {
      await server.stop()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
