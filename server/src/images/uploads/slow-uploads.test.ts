import type { AddressInfo } from 'node:net'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
let port: number
const share = 6
const within = { timeout: 20_000, interval: 20 }
beforeAll(async () => {
  shop = await openWorkshop({
    worker: false,
    images: {
      maxUploads: 20,
      maxUploadsPerAccount: share,
      uploadLeastRate: 2_000,
      uploadPaceMs: 5_000,
      uploadIdleMs: 60_000,
    },
  })
  await shop.app.listen({ host: '127.0.0.1', port: 0 })
  port = (shop.app.server.address() as AddressInfo).port
})
afterAll(() => shop.close())

type User = ReturnType<Workshop['user']>
const filePart = '--b\r\ncontent-disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n'
const fieldPart = '--b\r\ncontent-disposition: form-data; name="tags"\r\n\r\n'

/** An upload that says it is long, brings this much at once and then a byte now and then. */
function trickle(user: User, beginning: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  // Heard, not read to the end: the next byte of ours may reset the connection behind the answer.
  const answer = new Promise<string>((resolve) => {
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard.includes('instance')) resolve(heard)
    })
    socket.once('close', () => resolve(heard))
  })
  socket.on('error', () => undefined)
  socket.write(
    `POST /api/images HTTP/1.1\r\nhost: x\r\nauthorization: ${user.headers.authorization}\r\n` +
      `content-type: multipart/form-data; boundary=b\r\ncontent-length: 1000000\r\n\r\n${beginning}`,
  )
  const timer = setInterval(() => socket.write('x'), 50)
  socket.once('close', () => clearInterval(timer))
  return { socket, answer }
}
const upload = async (user: User) => {
  const { payload, headers } = multipart([{ name: 'image', value: await jpeg(40, 30), filename: 'a.jpg' }])
  return fetch(`http://127.0.0.1:${port}/api/images`, {
    method: 'POST',
    headers: { ...headers, ...user.headers },
    body: payload as BodyInit,
  })
}

it('slow uploads of some accounts are refused after a while, and leave places to others all the time', async () => {
  const slow = [filePart, fieldPart, ''].map((beginning) => ({ user: shop.user(), beginning }))
  let asked = 0
  shop.app.server.on('request', () => {
    asked += 1
  })
  const trickles = slow.flatMap(({ user, beginning }) =>
    Array.from({ length: share }, () => trickle(user, beginning)),
  )
  await vi.waitFor(() => expect(asked).toBe(trickles.length), within)
  const outcomes = await Promise.all([...slow.map(({ user }) => user), shop.user()].map(upload))
  expect(outcomes.map(({ status }) => status)).toEqual([429, 429, 429, 201])
  const [refused] = outcomes
  expect(refused?.headers.get('retry-after')).toBe('2')
  expect(await refused?.json()).toMatchObject({ code: 'rate_limited' })

  const answers = await Promise.all(trickles.map(({ answer }) => answer))
  for (const { socket } of trickles) socket.destroy()
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*request_timeout/)
  const again = () => Promise.all(slow.map(async ({ user }) => (await upload(user)).status))
  await vi.waitFor(async () => expect(await again()).toEqual([201, 201, 201]), within)
}, 60_000)

describe('a form that is broken, or says what cannot be kept', () => {
  const part = (name: string, value: string) =>
    `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const file = (name: string, value: string) =>
    `--b\r\ncontent-disposition: form-data; name="f"; filename="${name}"\r\n\r\n${value}\r\n`
  let picture: string
  beforeAll(async () => {
    picture = (await jpeg(40, 30)).toString('latin1')
  })
  const whole = (fields: string): string => `${fields}${file('a.jpg', picture)}--b--\r\n`
  const cases: [string, () => string, string?][] = [
    ['NUL in visibility', () => whole(part('visibility', 'pri\0vate'))],
    ['NUL in a tag', () => whole(part('tags', 'a\0b'))],
    ['NUL in a tag of a JSON list', () => whole(part('tags', '["a\\u0000b"]'))],
    ['half a surrogate pair in a tag', () => whole(part('tags', '["\\ud800"]'))],
    ['NUL in webhookUrl', () => whole(part('webhookUrl', 'https://example.org/\0'))],
    ['a webhookUrl that is none', () => whole(part('webhookUrl', 'javascript:alert(1)'))],
    ['a long webhookUrl', () => whole(part('webhookUrl', `https://example.org/${'x'.repeat(3_000)}`))],
    ['80,000 tags', () => whole(part('tags', 'a,'.repeat(8_000)))],
    ['a long field', () => whole(part('tags', 'a'.repeat(300_000)))],
    ['80,000 fields', () => whole(part('tags', 'a').repeat(80_000))],
    ['deep JSON in a field', () => whole(part('tags', '['.repeat(16_000)))],
    ['a field named as the prototype', () => whole(part('__proto__', 'a'))],
    ['a field named constructor', () => whole(part('constructor', 'a'))],
    ['a long field name', () => whole(part('n'.repeat(1_000), 'a'))],
    ['a long file name', () => `${file('n'.repeat(5_000), picture)}--b--\r\n`],
    ['no end', () => `${file('a.jpg', picture)}`],
    ['no parts', () => '--b--\r\n'],
    ['nothing', () => ''],
    ['another boundary', () => '--c\r\n\r\n--c--\r\n'],
    ['a part without headers', () => '--b\r\n\r\nx\r\n--b--\r\n'],
    ['a header without an end', () => `--b\r\n${'x: y\r\n'.repeat(3_000)}`],
    ['one long header', () => `--b\r\nx: ${'y'.repeat(200_000)}\r\n\r\nz\r\n--b--\r\n`],
    ['a boundary of 300 characters', () => `--${'b'.repeat(300)}--\r\n`, 'b'.repeat(300)],
    ['a boundary of 10,000 characters', () => `--${'b'.repeat(10_000)}--\r\n`, 'b'.repeat(10_000)],
    ['a part without a name', () => whole('--b\r\ncontent-disposition: form-data\r\n\r\nx\r\n')],
    [
      'a boundary in the words of another parameter',
      () => '--b--\r\n',
      `x; x="; boundary=XX"; boundary=${'y'.repeat(300)}`,
    ],
    ['a boundary with escaped quotes', () => '--b--\r\n', `"${'y'.repeat(60)}\\"${'z'.repeat(300)}"`],
    ['an empty boundary', () => '----\r\n', '""'],
    ['a boundary with a NUL', () => '--b--\r\n', '"b%00"'],
    ['no boundary', () => '--b--\r\n', ''],
  ]
  it.each(cases)('%s: refused as the mistake it is', async (_name, bodyOf, boundary = 'b') => {
    const type = boundary === '' ? 'multipart/form-data' : `multipart/form-data; boundary=${boundary}`
    const answer = await shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload: Buffer.from(bodyOf(), 'latin1'),
      headers: { ...shop.user().headers, 'content-type': type },
    })
    expect([answer.statusCode, answer.body]).toEqual([
      expect.toSatisfy((code: number) => code >= 400 && code < 500),
      expect.any(String),
    ])
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.body.length).toBeLessThan(10_000)
  })

  it('NUL in the name of a file is left away', async () => {
    const { payload, headers } = multipart([{ name: 'f', value: await jpeg(40, 30), filename: 'a\0b.jpg' }])
    const answer = await shop.app.inject({
      method: 'POST',
      url: '/api/images',
      payload,
      headers: { ...shop.user().headers, ...headers },
    })
    expect([answer.statusCode < 500, answer.body]).toEqual([true, expect.not.stringContaining('\\u0000')])
  })
})
