import { NetworkError, ProblemError } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import { expect, test } from 'vitest'
import { createGuestSender } from './guest-sender.ts'

const file = new File(['picture'], 'a.jpg')
const problem = (code: ErrorCode, status: number) =>
  new ProblemError({ type: '', title: '', status, detail: code, instance: '', code })

test('a file that is cut off goes on where it was, and a refusal ends it', async () => {
  const asked: (string | null)[] = []
  const pauses: number[] = []
  const faults = [new NetworkError('cut'), problem('unavailable', 503), null]
  const send = createGuestSender('a token', {
    async send(endpoint, _file, headers, { url, onUrl, onProgress }) {
      expect([endpoint, headers]).toEqual(['/api/shared/a%20token/uploads', { 'x-share-pass': 'pass' }])
      asked.push(url)
      onUrl('/begun')
      onProgress(asked.length, 7)
      const fault = faults.shift()
      if (fault != null) throw fault
    },
    pause: async (ms) => void pauses.push(ms),
  })
  await send(file, 'pass')
  expect(asked).toEqual([null, '/begun', '/begun'])
  expect(pauses).toEqual([500, 500])
  const refused = createGuestSender('t', {
    send: () => Promise.reject(problem('unsupported_media_type', 415)),
    pause: () => Promise.reject(new Error('asked again')),
  })
  await expect(refused(file, undefined)).rejects.toMatchObject({ code: 'unsupported_media_type' })
})

test('one that never gets further is given up in the end', async () => {
  let tries = 0
  const send = createGuestSender('t', {
    send: () => {
      tries += 1
      return Promise.reject(new NetworkError('cut'))
    },
    pause: async () => {},
  })
  await expect(send(file, undefined)).rejects.toThrow('cut')
  expect(tries).toBe(10)
})
