import { open } from 'node:fs/promises'
import { Failure, isFailure } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { databaseFailure } from './database/failures.ts'
import { failureOf } from './http/problems.ts'
import { isResolverAway, isShortage, outOfDescriptors } from './shortage.ts'
import { storageFailure } from './storage/failures.ts'
import { s3Failure } from './storage/s3-failures.ts'

const fault = (code: string, syscall: string, more: object = {}) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, syscall, ...more })

/** Each as the call that meets it says it. */
const faults = {
  'a file': fault('EMFILE', 'open', { path: '/x' }),
  'the machine’s files': fault('ENFILE', 'open', { path: '/x' }),
  'a socket': fault('EMFILE', 'connect', { address: '127.0.0.1' }),
  'a name': fault('EMFILE', 'getaddrinfo', { hostname: 'db' }),
  'a port of our own': fault('EADDRNOTAVAIL', 'connect'),
  buffers: fault('ENOBUFS', 'connect'),
  memory: fault('ENOMEM', 'open'),
  'a process': fault('EAGAIN', 'spawn node'),
  'the queue of a socket': fault('EAGAIN', 'connect'),
  'both addresses of a name': new AggregateError([fault('EMFILE', 'connect'), fault('EMFILE', 'connect')]),
  'what is behind it': new Error('fetch failed', { cause: fault('EMFILE', 'connect') }),
}

describe('a want of this process', () => {
  it.each(Object.entries(faults))('of %s is 503 with Retry-After wherever it escapes', (_, error) => {
    expect(isShortage(error)).toBe(true)
    const failure = failureOf(error)
    expect([failure.status, failure.code]).toEqual([503, 'unavailable'])
    expect(failure.retryAfter).toBeGreaterThan(0)
    expect(failure.detail).not.toMatch(/E[A-Z]{4}|\//)
  })

  it.each(Object.entries(faults))('of %s is `unavailable` from every part', (_, error) => {
    for (const translated of [databaseFailure(error), storageFailure(error), s3Failure(error)]) {
      expect(isFailure(translated, 'unavailable') && (translated.retryAfter ?? 0) > 0).toBe(true)
    }
  })

  it('is nobody else’s fault, and nobody else’s is ours', () => {
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ENOENT', 'ENOSPC']) {
      expect(isShortage(fault(code, 'connect'))).toBe(false)
    }
    expect(isShortage(fault('EAGAIN', 'read'))).toBe(false)
    expect(isShortage(new Failure('internal'))).toBe(false)
    expect(isResolverAway(new Error('x', { cause: fault('EAI_AGAIN', 'getaddrinfo') }))).toBe(true)
    const loop = new Error('one')
    loop.cause = loop
    expect(isShortage(loop)).toBe(false)
  })

  it('is not there while a file can be opened, and leaves none open', async () => {
    const first = await open('/dev/null')
    const often = 50
    for (let n = 0; n < often; n += 1) expect(await outOfDescriptors()).toBe(false)
    const second = await open('/dev/null')
    // Other files of the run have some of their own.
    expect(second.fd).toBeLessThan(first.fd + often)
    await first.close()
    await second.close()
  })
})
