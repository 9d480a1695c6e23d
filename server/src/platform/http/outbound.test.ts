import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type LookupFunction } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { isFailure } from '@rendition/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { createOutbound, type Outbound, type OutboundAnswer } from './outbound.ts'

const request = { timeoutMs: 5_000, maxRedirects: 3 }
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close()
})

const textOf = async ({ body }: OutboundAnswer): Promise<string> => (body === null ? '' : text(body))

async function serve(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  return (server.address() as AddressInfo).port
}

function outbound(allow: string[] = [], lookup?: LookupFunction): Outbound {
  const created = createOutbound({ allow, ...(lookup === undefined ? {} : { lookup }) })
  open.push(created)
  return created
}

/** Answers each look-up with the next address; the last one stays. */
function scriptedLookup(...answers: string[]): LookupFunction {
  let at = 0
  return (_hostname, _options, callback) => {
    const address = answers[Math.min(at, answers.length - 1)] ?? ''
    at += 1
    callback(null, [{ address, family: address.includes(':') ? 6 : 4 }])
  }
}

describe('outbound requests', () => {
  it.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://[::1]',
    'http://[::ffff:7f00:1]',
    'http://2130706433',
    'http://0x7f.1',
    'http://0',
    'http://[::]',
    'http://127.1',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://10.0.0.1',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1',
    'http://192.168.1.1',
    'http://[fd00::1]',
    'http://[fe80::1]',
    // IPv4 written inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP.
    'http://[::ffff:169.254.169.254]',
    'http://[::127.0.0.1]',
    'http://[::10.0.0.1]',
    'http://[::ffff:0:10.0.0.1]',
    'http://[64:ff9b::a00:1]',
    'http://[64:ff9b:1::a00:1]',
    'http://[2002:a00:1::]',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    'http://[2606:4700::5efe:a00:1]',
    'http://[2606:4700::200:5efe:a9fe:a9fe]',
    // What clouds tell machines about themselves, by IPv4 and IPv6.
    'http://[fd00:ec2::254]/latest/meta-data',
    'http://168.63.129.16/machine',
    'http://192.0.0.192/opc/v2',
    'http://100.100.100.200/latest',
    // Carrier-grade NAT to its ends, this network, benchmarks, documentation, multicast, reserved, broadcast.
    'http://100.127.255.255',
    'http://0.1.2.3',
    'http://172.31.255.255',
    'http://198.19.0.1',
    'http://192.0.2.1',
    'http://224.0.0.1',
    'http://240.0.0.1',
    'http://255.255.255.255',
    'http://[fec0::1]',
    'http://[100::1]',
    'http://[2001:db8::1]',
    'http://[4000::1]',
    'http://[ff02::1]',
    'file:///etc/passwd',
    'http://user:secret@example.com',
    'not a url',
  ])('refuses %s', async (url) => {
    const attempt = outbound().fetch(url, request)
    await expect(attempt).rejects.toSatisfy((error) => isFailure(error, 'address_not_allowed'))
  })

  it('reaches a private address the operator allowed', async () => {
    const port = await serve((_request, response) => response.end('hello'))
    const response = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
    expect(await textOf(response)).toBe('hello')
  })

  it('refuses a redirect to a private address', async () => {
    const inner = await serve((_request, response) => response.end('secret'))
    const outer = await serve((_request, response) => {
      response.writeHead(302, { location: `http://[::1]:${inner}/` }).end()
    })
    const attempt = outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${outer}/`, request)
    await expect(attempt).rejects.toSatisfy((error) => isFailure(error, 'address_not_allowed'))
  })

  it('follows a redirect in plain UTF-8 as browsers do', async () => {
    const asked: (string | undefined)[] = []
    const port = await serve(({ url }, response) => {
      asked.push(url)
      const location = Buffer.from('/größe').toString('latin1')
      response.writeHead(url === '/' ? 302 : 200, url === '/' ? { location } : {}).end('there')
    })
    const response = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
    expect([await textOf(response), ...asked]).toEqual(['there', '/', '/gr%C3%B6%C3%9Fe'])
  })

  it('judges a name anew at every connection, so rebinding it gains nothing', async () => {
    let calls = 0
    const port = await serve((_request, response) => {
      calls += 1
      response.end('once')
    })
    const client = outbound(['127.0.0.1/32'], scriptedLookup('127.0.0.1', '127.0.0.2'))
    const first = await client.fetch(`http://rebind.test:${port}/`, request)
    expect(await textOf(first)).toBe('once')
    await expect(client.fetch(`http://rebind.test:${port}/`, request)).rejects.toSatisfy((error) =>
      isFailure(error, 'address_not_allowed'),
    )
    expect(calls).toBe(1)
  })

  it('judges a name that a redirect leads to when it is connected to', async () => {
    let inside = 0
    const port = await serve((request, response) => {
      if (request.url === '/inside') inside += 1
      response.writeHead(302, { location: `http://second.test:${port}/inside` }).end()
    })
    const lookup: LookupFunction = (hostname, _options, callback) =>
      callback(null, [{ address: hostname === 'first.test' ? '127.0.0.1' : '127.0.0.2', family: 4 }])
    const client = outbound(['127.0.0.1/32'], lookup)
    await expect(client.fetch(`http://first.test:${port}/`, request)).rejects.toSatisfy((error) =>
      isFailure(error, 'address_not_allowed'),
    )
    expect(inside).toBe(0)
  })

  it.each(['::127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '169.254.169.254', 'fd00:ec2::254'])(
    'refuses a name that leads to %s',
    async (address) => {
      const attempt = outbound([], scriptedLookup(address)).fetch('http://name.test/', request)
      await expect(attempt).rejects.toSatisfy((error) => isFailure(error, 'address_not_allowed'))
    },
  )

  it('refuses a name of which one address of several is private', async () => {
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ])
    await expect(outbound([], lookup).fetch('http://mixed.test/', request)).rejects.toSatisfy((error) =>
      isFailure(error, 'address_not_allowed'),
    )
  })

  it('gives a redirect back where none is followed, and stops after the allowed count', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(307, { location: '/again' }).end()
    })
    const client = outbound(['127.0.0.0/8'])
    const kept = await client.fetch(`http://127.0.0.1:${port}/`, { ...request, maxRedirects: 0 })
    expect(kept.status).toBe(307)
    await kept.body?.cancel()
    await expect(client.fetch(`http://127.0.0.1:${port}/`, request)).rejects.toSatisfy((error) =>
      isFailure(error, 'fetch_failed'),
    )
  })

  it('gives up on an address that does not answer in time', async () => {
    const port = await serve(() => undefined)
    const attempt = outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, {
      timeoutMs: 200,
      maxRedirects: 0,
    })
    await expect(attempt).rejects.toSatisfy((error) => isFailure(error, 'fetch_failed'))
  })

  it('gives the body more time than the head', async () => {
    const port = await serve((_request, response) => {
      response.write('slow ')
      // Longer than the head may take.
      setTimeout(() => response.end('but whole'), 600)
    })
    const client = outbound(['127.0.0.0/8'])
    const response = await client.fetch(`http://127.0.0.1:${port}/`, { timeoutMs: 400, maxRedirects: 0 })
    expect(await textOf(response)).toBe('slow but whole')
  })

  it('ends a body that takes too long', async () => {
    const port = await serve((_request, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.once('close', () => clearInterval(drip))
    })
    const client = outbound(['127.0.0.0/8'])
    const response = await client.fetch(`http://127.0.0.1:${port}/`, { ...request, bodyTimeoutMs: 200 })
    await expect(textOf(response)).rejects.toSatisfy((error) => isFailure(error, 'fetch_failed'))
  })

  it('says of a body that breaks off that it could not be fetched', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('half', () => response.destroy())
    })
    const response = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
    await expect(textOf(response)).rejects.toSatisfy((error) => isFailure(error, 'fetch_failed'))
  })

  it.each([0, 1_000, 40_000, 70_000, 1_000_000])(
    'reads %i bytes of a machine that has ended the connection before anybody reads',
    async (size) => {
      let end = (): void => undefined
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      const server = createTcpServer((socket) => {
        socket.once('error', () => undefined)
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')
          socket.end(Buffer.alloc(size, 'x'), () => end())
        })
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
      const { port } = server.address() as AddressInfo
      const answer = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
      // What fits between the two lies there; of more, the end comes when it is read.
      if (size < 100_000) await ended
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      expect((await textOf(answer)).length).toBe(size)
    },
  )

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('unpacks what comes as %s though nobody asked for it', async (coding, pack) => {
    let accepted: string | undefined
    const port = await serve((asked, response) => {
      accepted = asked.headers['accept-encoding']
      response.writeHead(200, { 'content-encoding': coding }).end(pack('packed'.repeat(1_000)))
    })
    const answer = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
    expect(await textOf(answer)).toBe('packed'.repeat(1_000))
    expect(answer.headers.get('content-encoding')).toBe(coding)
    expect(accepted).toBe('identity')
  })

  it('says of a body that is not packed as its machine says that it could not be fetched', async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain')
    })
    const answer = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
    await expect(textOf(answer)).rejects.toSatisfy((error) => isFailure(error, 'fetch_failed'))
  })

  it('sends what it is given, by the method it is given', async () => {
    let told = {}
    const port = await serve((asked, response) => {
      const chunks: Buffer[] = []
      asked.on('data', (chunk: Buffer) => chunks.push(chunk))
      asked.on('end', () => {
        told = { method: asked.method, headers: asked.headers, body: Buffer.concat(chunks).toString() }
        response.writeHead(204, { 'x-said': 'ä' }).end()
      })
    })
    const headers = { 'content-type': 'application/json', 'User-Agent': 'Other' }
    const sent = { ...request, method: 'POST' as const, headers, body: '{"a":"ä"}' }
    const answer = await outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/hook?x=1`, sent)
    expect(answer).toMatchObject({ status: 204, body: null, url: `http://127.0.0.1:${port}/hook?x=1` })
    const expected = { 'content-type': 'application/json', 'content-length': '10', 'user-agent': 'Other' }
    expect(told).toMatchObject({ method: 'POST', body: '{"a":"ä"}', headers: expected })
  })

  it('lets nothing run on when it is closed', async () => {
    const port = await serve((_request, response) => void response.write('some'))
    const client = createOutbound({ allow: ['127.0.0.0/8'] })
    const answer = await client.fetch(`http://127.0.0.1:${port}/`, request)
    let closed = false
    const closing = client.close().then(() => {
      closed = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(closed).toBe(false)
    await answer.body?.cancel()
    await closing
  })

  it('ends a body with its caller', async () => {
    const port = await serve((_request, response) => void response.write('endless'))
    const stop = new AbortController()
    const client = outbound(['127.0.0.0/8'])
    const response = await client.fetch(`http://127.0.0.1:${port}/`, { ...request, signal: stop.signal })
    const whole = textOf(response)
    stop.abort(new Error('enough'))
    await expect(whole).rejects.toThrow('enough')
  })

  it.each(['http://[', 'http://a b/'])(
    'says of a redirect to %s that it could not be fetched',
    async (location) => {
      const port = await serve((_request, response) => {
        response.writeHead(302, { location }).end()
      })
      const attempt = outbound(['127.0.0.0/8']).fetch(`http://127.0.0.1:${port}/`, request)
      await expect(attempt).rejects.toSatisfy((error) => isFailure(error, 'fetch_failed'))
    },
  )

  describe('judged ahead', () => {
    const judged = (url: string, lookup?: LookupFunction) =>
      outbound(['127.0.0.0/8'], lookup)
        .judge(url)
        .then(
          () => 'fine',
          (error: Error) => error.message,
        )

    it.each([
      ['http://10.1.2.3/a', '10.1.2.3'],
      ['http://[fd00::1]/', 'fd00::1'],
      ['http://2130706432/', '127.0.0.0'],
    ])('says of %s which address it is, and what would allow it', async (url, address) => {
      const said = await outbound()
        .judge(url)
        .catch((error: Error) => error.message)
      expect(said).toContain(address)
      expect(said).toContain('OUTBOUND_ALLOW')
    })

    it('judges a name by what it resolves to', async () => {
      expect(await judged('http://nas.test/', scriptedLookup('192.168.1.7'))).toMatch(
        /nas\.test \(192\.168\.1\.7\) .*OUTBOUND_ALLOW/,
      )
      expect(await judged('http://nas.test/', scriptedLookup('127.0.0.1'))).toBe('fine')
      expect(await judged('http://nas.test/', scriptedLookup('203.0.112.9'))).toBe('fine')
    })

    it('lets a name pass that does not resolve yet, or not in time', { timeout: 8_000 }, async () => {
      const failing: LookupFunction = (_hostname, _options, callback) =>
        callback(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }), '')
      expect(await judged('http://soon.test/', failing)).toBe('fine')
      expect(await judged('http://silent.test/', () => {})).toBe('fine')
    })
  })
})
