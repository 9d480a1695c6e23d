import { setTimeout as pause } from 'node:timers/promises'

export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the documents promise fields, not types
  json: any
  bytes: Buffer
}

/** Requests as a document writes them: its paths, bodies and headers, nothing added. */
export function caller(baseUrl: string) {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await fetch(new URL(path, baseUrl), { method, ...init })
    const bytes = Buffer.from(await response.arrayBuffer())
    const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(bytes.toString()) : null
    return { status: response.status, headers: response.headers, json, bytes }
  }
  const bearer = (token?: string): Record<string, string> =>
    token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return {
    get: (path: string, token?: string) => send('GET', path, { headers: bearer(token) }),
    sendJson: (method: string, path: string, body: unknown, token?: string) =>
      send(method, path, {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', ...bearer(token) },
      }),
    /** `-F field=@name` */
    upload(path: string, field: string, file: { name: string; type: string; bytes: Buffer }, token?: string) {
      const form = new FormData()
      form.append(field, new Blob([new Uint8Array(file.bytes)], { type: file.type }), file.name)
      return send('POST', path, { body: form, headers: bearer(token) })
    },
    delete: (path: string, token?: string) => send('DELETE', path, { headers: bearer(token) }),
    post: (path: string, token?: string) => send('POST', path, { headers: bearer(token) }),
  }
}
export type Caller = ReturnType<typeof caller>

/** Asks again until the answer is as wanted, as the documents tell their readers to poll. */
export async function poll(ask: () => Promise<Reply>, done: (reply: Reply) => boolean): Promise<Reply> {
  const limit = Date.now() + 40_000
  for (;;) {
    const reply = await ask()
    if (done(reply)) return reply
    if (Date.now() > limit) throw new Error(`still ${reply.status} ${JSON.stringify(reply.json)}`)
    await pause(50)
  }
}

/** An account of a document's own name, left by an earlier run against the same installation, goes first. */
export async function withoutAccount(asking: Caller, names: object): Promise<void> {
  const signedIn = await asking.sendJson('POST', '/api/auth/login', names)
  if (signedIn.status === 200) await asking.delete('/api/auth/me', signedIn.json.accessToken)
}
