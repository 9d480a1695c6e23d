// @module-tag slow/kills
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClient } from '@rendition/client'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Service, startService } from './service.ts'

const run = promisify(execFile)
let service: Service
beforeAll(async () => {
  // Long enough for the kill to come before the receipt.
  service = await startService({ own: true, env: { RECEIPT_WAIT_MS: '3000' } })
}, 90_000)
afterAll(() => service?.stop())

it('a service that is killed between a deletion and its receipt signs it when it is back, and openssl agrees', async () => {
  const credentials = { username: 'ann', password: 'correct horse' }
  const before = createClient({ baseUrl: service.baseUrl, WebSocket: null })
  await before.auth.register(credentials)
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#678' } })
    .jpeg()
    .toBuffer()
  const image = await before.images.upload(new File([new Uint8Array(bytes)], 'a.jpg'))
  await before.images.remove(image.id)
  expect((await before.receipts.list({ subjectId: image.id })).items[0]?.jws).toBeNull()
  await service.kill9()
  await service.restart()

  const client = createClient({ baseUrl: service.baseUrl, WebSocket: null })
  await client.auth.login(credentials)
  const jws = await vi.waitFor(
    async () => {
      const [receipt] = (await client.receipts.list({ subjectId: image.id })).items
      expect(receipt?.jws).toEqual(expect.any(String))
      return receipt?.jws ?? ''
    },
    { timeout: 60_000, interval: 250 },
  )
  const [key] = (await client.receipts.keys()).keys
  const folder = await mkdtemp(join(tmpdir(), 'rendition-receipt-'))
  try {
    const [head = '', payload = '', signature = ''] = jws.split('.')
    const derHead = Buffer.from('302a300506032b6570032100', 'hex')
    await writeFile(join(folder, 'signed'), `${head}.${payload}`)
    await writeFile(join(folder, 'signature'), Buffer.from(signature, 'base64url'))
    await writeFile(join(folder, 'key.der'), Buffer.concat([derHead, Buffer.from(key?.x ?? '', 'base64url')]))
    const verify = () =>
      run(
        'openssl',
        [
          'pkeyutl',
          '-verify',
          '-pubin',
          '-inkey',
          'key.der',
          '-keyform',
          'DER',
          '-rawin',
          '-in',
          'signed',
          '-sigfile',
          'signature',
        ],
        { cwd: folder },
      )
    expect((await verify()).stdout).toMatch(/Verified Successfully/)
    await writeFile(join(folder, 'signed'), `${head}.${payload.replace(/^./, 'x')}`)
    await expect(verify()).rejects.toThrow()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
