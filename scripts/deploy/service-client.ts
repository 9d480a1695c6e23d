import { setTimeout as pause } from 'node:timers/promises'

export interface ServiceClient {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
  /** The bytes of a picture. */
  picture(path: string): Promise<Buffer>
  /** Gives the image's id once all of its renditions are there. */
  upload(bytes: Buffer): Promise<string>
}

const account = JSON.stringify({ username: 'ann', password: 'correct horse' })

/** Registers or signs in at a running service; every refusal throws with what was said. */
export async function openClient(url: string, again?: 'again'): Promise<ServiceClient> {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await fetch(url + path, init)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
  const json = { 'content-type': 'application/json' }
  const entrance = again === undefined ? '/api/auth/register' : '/api/auth/login'
  const answer = await ask(entrance, { method: 'POST', headers: json, body: account })
  const { accessToken } = (await answer.json()) as { accessToken: string }
  const authorization = `Bearer ${accessToken}`

  const get: ServiceClient['get'] = async (path) =>
    (await ask(path, { headers: { authorization } })).json() as never
  return {
    get,
    async post(path, body) {
      const headers = { authorization, ...json }
      return (await ask(path, { method: 'POST', headers, body: JSON.stringify(body) })).json() as never
    },
    async picture(path) {
      return Buffer.from(await (await ask(path, { headers: { authorization } })).arrayBuffer())
    },
    async upload(bytes) {
      const form = new FormData()
      form.set('image', new Blob([new Uint8Array(bytes)]), 'harbour.jpg')
      const uploaded = await ask('/api/images', { method: 'POST', headers: { authorization }, body: form })
      const { id } = (await uploaded.json()) as { id: string }
      const limit = Date.now() + 60_000
      for (;;) {
        const image = await get<{ status: string }>(`/api/images/${id}`)
        if (image.status === 'complete') return id
        if (image.status === 'failed' || Date.now() > limit) throw new Error(JSON.stringify(image))
        await pause(200)
      }
    },
  }
}

/** Waits until a service says that everything it stands on answers. */
export async function untilReady(url: string): Promise<void> {
  const limit = Date.now() + 120_000
  for (;;) {
    const said = await fetch(`${url}/ready`).then(
      (answer) => (answer.ok ? undefined : answer.text()),
      (error: Error) => error.message,
    )
    if (said === undefined) return
    if (Date.now() > limit) throw new Error(`${url}/ready: ${said}`)
    await pause(300)
  }
}
