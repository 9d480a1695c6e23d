import { createHash, randomBytes, randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { startReceiver, type WebhookReceiver } from './receiver.ts'

/** An upload that was answered 201, and what was sent. */
export interface Acknowledged {
  id: string
  sha256: string
}

export interface Load {
  acknowledged: Map<string, Acknowledged>
  /** Transformations that were answered 202. */
  jobs: Set<string>
  /** Answers that must never be given: a wrong status, wrong bytes, a 503 without Retry-After. */
  wrong: string[]
  /** Requests without an answer within the limit. */
  hung: string[]
  /** Connections that broke, where a fault may break them. */
  broken: number
  refused: number
  answered: number
  receiver: WebhookReceiver
  /** What names the caller. */
  headers: Record<string, string>
  /** As the caller. */
  ask(path: string, init?: RequestInit): Promise<Response>
  start(): void
  /** Ends the load; resolves when nothing is on its way any more. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** No answer may take longer, whatever is away. Time limits of the parts and a loaded machine fit in. */
const hangMs = 45_000
const restMs = 60

/** Uploads, downloads and transformations without end, each answer judged, until it is stopped. */
export async function createLoad(url: string): Promise<Load> {
  const receiver = await startReceiver()
  const key = await signUp(url)
  const acknowledged: Load['acknowledged'] = new Map()
  const load: Load = {
    acknowledged,
    jobs: new Set(),
    wrong: [],
    hung: [],
    broken: 0,
    refused: 0,
    answered: 0,
    receiver,
    headers: { 'x-api-key': key },
    ask: (path, init = {}) => fetch(url + path, { ...init, headers: { ...init.headers, ...load.headers } }),
    start() {
      running = true
      loops.push(loop(upload), loop(upload), loop(download), loop(transform), loop(list))
    },
    async stop() {
      running = false
      await Promise.all(loops.splice(0))
    },
    close: () => receiver.close(),
  }
  let running = false
  const loops: Promise<void>[] = []

  async function loop(work: () => Promise<void>): Promise<void> {
    while (running) {
      await work()
      await pause(restMs)
    }
  }

  /** The answer when it is a good one; null when it is an honest refusal or the connection broke. */
  async function judged(what: string, path: string, init: RequestInit, good: readonly number[]) {
    const began = Date.now()
    try {
      const answer = await load.ask(path, { ...init, signal: AbortSignal.timeout(hangMs) })
      const bytes = Buffer.from(await answer.arrayBuffer())
      load.answered += 1
      if (good.includes(answer.status)) return bytes
      if (answer.status === 503 && answer.headers.get('retry-after') !== null) load.refused += 1
      else load.wrong.push(`${what}: ${answer.status} ${bytes.toString().slice(0, 300)}`)
    } catch (error) {
      if (Date.now() - began >= hangMs) load.hung.push(what)
      else if (error instanceof TypeError) load.broken += 1
      else load.wrong.push(`${what}: ${String(error)}`)
    }
    return null
  }

  async function upload(): Promise<void> {
    const bytes = await picture()
    const answer = await judged('upload', '/api/images', uploadOf(bytes), [201])
    if (answer === null) return
    const { id } = JSON.parse(answer.toString()) as { id: string }
    acknowledged.set(id, { id, sha256: sha256(bytes) })
  }

  const some = (): Acknowledged | undefined => [...acknowledged.values()][randomInt(acknowledged.size || 1)]

  async function download(): Promise<void> {
    const image = some()
    if (image === undefined) return
    const original = await judged('original', `/images/${image.id}?preset=original`, {}, [200])
    if (original !== null && sha256(original) !== image.sha256) load.wrong.push(`bytes of ${image.id}`)
    const width = 20 + randomInt(60)
    const small = await judged('rendition', `/images/${image.id}?width=${width}`, {}, [200])
    if (small !== null && (await sharp(small).metadata()).width !== width) load.wrong.push('width')
  }

  async function transform(): Promise<void> {
    const image = some()
    if (image === undefined) return
    const body = JSON.stringify({ saveImage: false, width: 30 + randomInt(50), grayscale: true })
    const headers = { 'content-type': 'application/json' }
    const path = `/api/images/${image.id}/transform`
    const answer = await judged('transform', path, { method: 'POST', body, headers }, [202])
    if (answer !== null) load.jobs.add((JSON.parse(answer.toString()) as { jobId: string }).jobId)
  }

  async function list(): Promise<void> {
    const answer = await judged('list', '/api/images?limit=5', {}, [200])
    if (answer !== null && !Array.isArray(JSON.parse(answer.toString()).items)) load.wrong.push('list')
    await pause(200)
  }

  const hook = await load.ask('/api/webhooks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver.url, types: ['image.created', 'image.complete'] }),
  })
  if (hook.status !== 201) throw new Error(`no webhook: ${await hook.text()}`)
  return load
}

/** The request that uploads a picture. */
export function uploadOf(bytes: Uint8Array): RequestInit {
  const body = new FormData()
  body.append('image', new Blob([new Uint8Array(bytes)]), 'photo.jpg')
  return { method: 'POST', body }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A photograph like no other, of some 10 KB. */
function picture(): Promise<Buffer> {
  const [width, height] = [160, 120]
  const noise = randomBytes(width * height * 3)
  return sharp(noise, { raw: { width, height, channels: 3 } })
    .blur(2)
    .jpeg({ quality: 80 })
    .toBuffer()
}

/** Registers an account and gives an API key of it, which outlives every token. */
async function signUp(url: string): Promise<string> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, string>
  }
  const username = `u${randomBytes(6).toString('hex')}`
  const { accessToken } = await post('/api/auth/register', { username, password: `secret ${username}` })
  const scopes = ['images:read', 'images:write', 'jobs:read', 'jobs:write', 'webhooks:manage']
  const body = { name: 'load', scopes, expiresAt: null }
  const { key = '' } = await post('/api/auth/keys', body, { authorization: `Bearer ${accessToken}` })
  return key
}
