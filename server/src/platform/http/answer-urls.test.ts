import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { createApp } from './app.ts'
import { noticeProxy } from './proxy-notice.ts'
import { anyone } from './rights.ts'

const ownUrl = 'http://127.0.0.1:8080'
const url = `${ownUrl}/images/0198?sig=x`
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

function app(options: { trustProxy?: string; named?: boolean } = {}) {
  const { trustProxy, named = false } = options
  const made = createApp({
    log: createLogger('silent'),
    requestTimeoutMs: 1_000,
    authenticate: async () => null,
    ...(trustProxy === undefined ? {} : { trustProxy }),
    ...(named ? {} : { ownUrl }),
  })
  open.push(made)
  const config = { limit: 'none' as const, rights: anyone }
  made.get('/json', { config }, async () => ({
    url,
    srcset: `${url} 1w, ${url} 2w`,
    result: `${ownUrl}/api/jobs/0199/result?sig=x`,
    home: ownUrl,
  }))
  made.get('/moved', { config }, async (_request, reply) => reply.code(303).header('location', url).send())
  made.get('/bytes', { config }, async (_request, reply) => reply.type('image/x').send(Buffer.from(url)))
  return made
}

describe('pictures in an answer, where nobody said how the world reaches us', () => {
  it('are named by the host that was asked', async () => {
    const { json } = await app().inject({ url: '/json', headers: { host: 'nas.lan:8080' } })
    const there = 'http://nas.lan:8080/images/0198?sig=x'
    expect(json()).toEqual({
      url: there,
      srcset: `${there} 1w, ${there} 2w`,
      result: 'http://nas.lan:8080/api/jobs/0199/result?sig=x',
      home: ownUrl,
    })
  })

  it('are so in a redirect', async () => {
    const { headers } = await app().inject({ url: '/moved', headers: { host: '[fd00::7]:8080' } })
    expect(headers.location).toBe('http://[fd00::7]:8080/images/0198?sig=x')
  })

  it.each(['nas.lan/x', 'a"b', 'nas.lan:port', '<script>'])(
    'keep our own address where the host is no host: %s',
    async (host) => {
      const { json } = await app().inject({ url: '/json', headers: { host } })
      expect(json().url).toBe(url)
    },
  )

  it('take the word of a proxy that is trusted, and of no other', async () => {
    const headers = {
      host: 'inside:8080',
      'x-forwarded-host': 'pics.example',
      'x-forwarded-proto': 'https',
    }
    const trusted = await app({ trustProxy: '127.0.0.1' }).inject({ url: '/json', headers })
    expect(trusted.json().url).toBe('https://pics.example/images/0198?sig=x')
    const stranger = await app({ trustProxy: '10.0.0.1' }).inject({ url: '/json', headers })
    expect(stranger.json().url).toBe('http://inside:8080/images/0198?sig=x')
  })

  it('are left alone in bytes, and where PUBLIC_URL is set', async () => {
    const headers = { host: 'nas.lan' }
    expect((await app().inject({ url: '/bytes', headers })).body).toBe(url)
    expect((await app({ named: true }).inject({ url: '/json', headers })).json().url).toBe(url)
  })
})

describe('a proxy in front of which nothing was told', () => {
  const said = async (
    known: { publicUrl: boolean; trustProxy: boolean },
    headers: Record<string, string>,
  ) => {
    const lines: string[] = []
    const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => void lines.push(text) }
    const made = app()
    noticeProxy(made, known, log as never)
    for (let n = 0; n < 3; n += 1) await made.inject({ url: '/json', headers })
    return lines
  }

  it.each(['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'])(
    'is noticed once, by %s',
    async (mark) => {
      const [line = '', ...more] = await said({ publicUrl: false, trustProxy: false }, { [mark]: 'x' })
      expect(more).toEqual([])
      expect(line).toMatch(/PUBLIC_URL.*TRUST_PROXY=127\.0\.0\.1/)
    },
  )

  it('is asked only for what is missing', async () => {
    const headers = { 'x-forwarded-proto': 'https' }
    expect((await said({ publicUrl: true, trustProxy: false }, headers)).join()).not.toContain('PUBLIC_URL')
    expect((await said({ publicUrl: false, trustProxy: true }, headers)).join()).not.toContain('TRUST_PROXY')
    expect(await said({ publicUrl: true, trustProxy: true }, headers)).toEqual([])
    expect(await said({ publicUrl: false, trustProxy: false }, {})).toEqual([])
  })
})
