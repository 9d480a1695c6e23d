/**
 * Uploads beside servers that write a file and do nothing else, by turns.
 *
 *   npm run bench:upload [-- --rounds 3]
 *
 * One file of 200 MB, and 500 photos of about 100 kB by eight clients, over loopback: by a form and by tus (one request that
 * begins, one that sends), to the whole built service and to busboy and the tus library's own store of files, which neither
 * sync, nor look at a picture, nor write a row. Megabytes or files a second, processor time of the server with all it starts, and
 * memory above idle.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { mebibytes, median } from './figures.ts'
import { largeFile } from './large-file.ts'
import { uploadsCommand } from './peers/install.ts'
import { startServer, usageOf, watchMemory } from './processes.ts'
import { startBuiltService } from './service.ts'

const { values: args } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const rounds = Number(args.rounds)
const [files, clients] = [500, 8]
/** Anew for each round: a server closes what was idle while the others had their turn. */
let agent = new Agent()

interface Target {
  name: string
  pid: number
  url: string
  form: string
  tus: string
  headers: Record<string, string>
  /** Waits until nothing is left to do. */
  rest(): Promise<void>
}

interface Row {
  seconds: number[]
  cpuMs: number[]
  memory: number[]
}

function send(
  target: Target,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: readonly Uint8Array[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = body.reduce((sum, part) => sum + part.length, 0)
    const all = { ...target.headers, ...headers, 'content-length': String(length) }
    const asked = request(target.url + path, { method, agent, headers: all }, (answer) => {
      let said = ''
      answer.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      answer.once('end', () => {
        const { statusCode = 0 } = answer
        if (statusCode !== 201 && statusCode !== 204)
          return reject(new Error(`${target.name}, ${method} ${path}: ${statusCode} ${said}`))
        resolve(answer.headers.location ?? '')
      })
    })
    asked.once('error', reject)
    for (const part of body) asked.write(part)
    asked.end()
  })
}

const boundary = 'a-boundary-of-the-bench'
const head = Buffer.from(
  `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
)
const tail = Buffer.from(`\r\n--${boundary}--\r\n`)

const ways: Record<string, (target: Target, bytes: Uint8Array) => Promise<unknown>> = {
  form: (target, bytes) =>
    send(target, 'POST', target.form, { 'content-type': `multipart/form-data; boundary=${boundary}` }, [
      head,
      bytes,
      tail,
    ]),
  async tus(target, bytes) {
    const version = { 'tus-resumable': '1.0.0' }
    const begun = await send(
      target,
      'POST',
      target.tus,
      { ...version, 'upload-length': String(bytes.length) },
      [],
    )
    const more = { ...version, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    await send(target, 'PATCH', new URL(begun, target.url).pathname, more, [bytes])
  },
}

async function measure(target: Target, way: string, all: readonly Uint8Array[], row: Row): Promise<void> {
  await target.rest()
  agent.destroy()
  agent = new Agent({ keepAlive: true, maxSockets: clients })
  const before = usageOf(target.pid)
  const memory = watchMemory(target.pid)
  const began = performance.now()
  const waiting = [...all]
  const one = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await ways[way]?.(target, next)
  }
  await Promise.all(Array.from({ length: Math.min(clients, all.length) }, one))
  row.seconds.push((performance.now() - began) / 1000)
  row.cpuMs.push(usageOf(target.pid).cpuMs - before.cpuMs)
  row.memory.push(memory() - before.memory)
}

/** Photos that differ, each by its metadata alone. */
async function smallFiles(): Promise<Uint8Array[]> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 }
  const create = { width: 640, height: 427, channels: 3 as const, background: '#468', noise }
  const photo = await sharp({ create }).jpeg({ quality: 80 }).toBuffer()
  return Array.from({ length: files }, (_, n) => {
    const words = createHash('sha256').update(String(n)).digest()
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, words.length + 2]), words])
    return Buffer.concat([photo.subarray(0, 2), comment, photo.subarray(2)])
  })
}

const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
const command = await uploadsCommand(folder)
if (command === null) throw new Error('what is compared with could not be installed')
const peer = await startServer(command)
const service = await startBuiltService({ env: { PRESETS: '{}', MAX_FILE_BYTES: String(2 ** 28) } })
try {
  const { authorization } = service
  const ours: Target = {
    name: 'Rendition',
    pid: service.pid,
    url: service.url,
    form: '/api/images',
    tus: '/api/uploads',
    headers: { authorization },
    rest: service.rest,
  }
  const theirs: Target = {
    name: 'writes a file',
    pid: peer.pid,
    url: peer.url,
    form: '/form',
    tus: '/files',
    headers: {},
    rest: async () => {},
  }
  const kinds = { '200 MB': [await largeFile()], '500 small': await smallFiles() }
  for (const [kind, all] of Object.entries(kinds)) {
    const bytes = all.reduce((sum, file) => sum + file.length, 0)
    console.log(`${kind}: ${(bytes / 1e6).toFixed(0)} MB, median of ${rounds} rounds`)
    for (const way of Object.keys(ways)) {
      const rows = [theirs, ours].map((target) => ({
        target,
        row: { seconds: [], cpuMs: [], memory: [] } as Row,
      }))
      for (const { target } of rows) {
        await measure(target, way, all.slice(0, 50), { seconds: [], cpuMs: [], memory: [] })
      }
      for (let n = 0; n < rounds; n += 1)
        for (const { target, row } of rows) await measure(target, way, all, row)
      const least = median(rows[0]?.row.seconds ?? [])
      for (const { target, row } of rows) {
        const seconds = median(row.seconds)
        const rate =
          all.length === 1
            ? `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`
            : `${(all.length / seconds).toFixed(0)} files/s`
        console.log(
          `  ${way.padEnd(5)} ${target.name.padEnd(14)} ${rate.padStart(12)}   ${(least / seconds).toFixed(2)} of the other   ` +
            `${(median(row.cpuMs) / all.length).toFixed(1)} ms CPU a file   ${mebibytes(Math.max(...row.memory))} MiB above before`,
        )
      }
    }
  }
} finally {
  agent.destroy()
  await service.stop()
  await peer.stop()
  await rm(folder, { recursive: true, force: true })
}
