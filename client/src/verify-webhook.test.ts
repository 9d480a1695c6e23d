import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { verifyWebhook, WebhookError } from './verify-webhook.ts'

const secret = `whsec_${btoa('a secret of thirty-two letters..')}`
const other = `whsec_${btoa('another secret, also long enough')}`
const now = Date.UTC(2026, 0, 2)
const event = { id: 'e1', type: 'image.complete', timestamp: '2026-01-02T00:00:00Z', data: { name: 'Öl ✓' } }
const body = JSON.stringify(event)

/** Signed by the library that the standard's authors keep. */
const headersOf = (text = body, key = secret, at = now) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(at / 1000),
  'webhook-signature': new Webhook(key).sign('msg_1', new Date(at), text),
})
const verdict = (message: Partial<Parameters<typeof verifyWebhook>[0]>) =>
  verifyWebhook({ headers: headersOf(), body, secret, now: () => now, ...message })

it('gives the event of a message that another implementation signed', async () => {
  expect(await verdict({})).toEqual(event)
  expect(await verdict({ headers: new Headers(headersOf()) })).toEqual(event)
  expect(await verdict({ body: new TextEncoder().encode(body) })).toEqual(event)
})

it('takes any of several secrets and of several signatures, as while a secret is replaced', async () => {
  expect(await verdict({ secret: [other, secret] })).toEqual(event)
  const both = `${headersOf(body, other)['webhook-signature']} ${headersOf()['webhook-signature']}`
  expect(await verdict({ headers: { ...headersOf(), 'webhook-signature': both } })).toEqual(event)
})

it.each([
  ['another secret', { secret: other }],
  ['another body', { body: `${body} ` }],
  ['another id', { headers: { ...headersOf(), 'webhook-id': 'msg_2' } }],
  ['another time', { headers: { ...headersOf(), 'webhook-timestamp': String(now / 1000 + 1) } }],
  ['an old message', { headers: headersOf(body, secret, now - 301_000) }],
  ['one of the future', { headers: headersOf(body, secret, now + 301_000) }],
  ['no signature', { headers: { ...headersOf(), 'webhook-signature': '' } }],
  ['a signature of another kind', { headers: { ...headersOf(), 'webhook-signature': 'v1a,xyz' } }],
  ['a signature that is no base64', { headers: { ...headersOf(), 'webhook-signature': 'v1,%%%' } }],
  ['no headers', { headers: {} }],
  ['a signed text that is no JSON', { body: '{', headers: headersOf('{') }],
])('refuses %s', async (_name, message) => {
  await expect(verdict(message)).rejects.toBeInstanceOf(WebhookError)
})
