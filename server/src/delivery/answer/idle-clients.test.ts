import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Door, type House, openHouse } from '../testing/house.ts'

let house: House
let door: Door
/** Larger than what sockets hold on the way, so that a client that takes nothing stops the answer. */
let original: Buffer
let id: string

beforeAll(async () => {
  house = await openHouse()
  // The fast path repeats an answer for as long as what is known of the image is believed: here, longer than a slow render.
  door = await house.open({ idleMs: 1_500, entryBytes: 64 * 1024 ** 2, factsTtlMs: 600_000 })
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  original = await sharp({ create: { width: 3000, height: 2600, channels: 3, background: 'grey', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  id = (await house.upload(original, 'public')).id
})
afterAll(() => house.close())

/** Asks, and takes nothing of the answer behind its first bytes. */
async function askAndStop(path: string): Promise<Socket> {
  const { hostname, port } = new URL(door.url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
  await new Promise((resolve) => socket.once('readable', resolve))
  socket.pause()
  return socket
}

/** A whole answer, on a connection that ends with it. */
async function take(path: string): Promise<Buffer> {
  const [answer] = (await once(get(`${door.url}${path}`, { agent: false }), 'response')) as [IncomingMessage]
  return buffer(answer)
}

/** Files below the test's folder that this process holds open. */
async function openOriginals(): Promise<string[]> {
  const names: string[] = []
  for (const entry of await readdir('/proc/self/fd')) {
    const name = await readlink(`/proc/self/fd/${entry}`).catch(() => '')
    if (name.includes(id)) names.push(name)
  }
  return names
}

describe.skipIf(process.platform !== 'linux')('a client that stops taking', () => {
  it('an original is let go, and the file with it', async () => {
    const sockets = await Promise.all(Array.from({ length: 5 }, () => askAndStop(`/images/${id}`)))
    expect((await openOriginals()).length).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await openOriginals()).toEqual([]), { timeout: 20_000 })
    for (const socket of sockets) socket.destroy()
    expect(original.equals(await take(`/images/${id}`))).toBe(true)
  })

  it('a cached rendition is let go', async () => {
    const path = house.signer.signedUrl({ imageId: id, query: { width: 2999, format: 'png' } })
    expect((await take(path)).length).toBeGreaterThan(8 * 1024 ** 2)
    await vi.waitFor(async () => expect(await door.connections()).toBe(0))
    const before = door.delivery.load().hotAnswers
    const socket = await askAndStop(path)
    expect(door.delivery.load().hotAnswers).toBe(before + 1)
    expect(await door.connections()).toBe(1)
    await vi.waitFor(async () => expect(await door.connections()).toBe(0), { timeout: 20_000 })
    socket.destroy()
  })
})
