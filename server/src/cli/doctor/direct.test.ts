import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../environment.ts'
import { Note } from './check.ts'
import { checkDirect } from './direct.ts'

describe('the check of direct downloads', () => {
  let spare: string
  let server: Server
  let address: string
  let says = ''
  beforeAll(async () => {
    spare = await mkdtemp(join(tmpdir(), 'rendition-doctor-'))
    server = createServer((_request, response) =>
      response.writeHead(404).end(`<Error><Code>${says}</Code></Error>`),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await rm(spare, { recursive: true })
  })

  const look = async (directUrl: string, storageUrl = `s3://AK:hidden@pictures?endpoint=${address}`) => {
    const config = readConfig({ STORAGE_URL: storageUrl, DELIVERY_DIRECT_URL: directUrl })
    const [check] = checkDirect(config, spare)
    return check?.look().catch((error: unknown) => error)
  }

  it('is none where they are off', () => {
    expect([...checkDirect(readConfig({}), spare)]).toEqual([])
  })

  it('is content when a link to nothing leads to nothing', async () => {
    says = 'NoSuchKey'
    expect(await look(`${address}/pictures`)).toMatch(/takes our links/)
  })

  it.each(['SignatureDoesNotMatch', 'NoSuchBucket', 'InvalidAccessKeyId'])(
    'says that S3 says %s',
    async (code) => {
      says = code
      const error = await look(`${address}/pictures`)
      expect(error).not.toBeInstanceOf(Note)
      expect(String(error)).toContain(code)
      expect(String(error)).not.toMatch(/X-Amz|hidden/)
    },
  )

  it('only notes an address that this machine cannot reach', async () => {
    expect(await look('http://127.0.0.1:1/pictures')).toBeInstanceOf(Note)
  })

  it('says that files have no links', async () => {
    expect(String(await look(`${address}/pictures`, 'file:'))).toContain('needs STORAGE_URL=s3:')
  })
})
