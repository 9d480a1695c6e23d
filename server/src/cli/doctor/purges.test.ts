import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTarget, type Target, verify } from '../../notify/testing/webhooks-setup.ts'
import { readConfig } from '../environment.ts'
import { checkPurges } from './purges.ts'

describe('the check of purges', () => {
  let target: Target
  beforeEach(async () => {
    target = await openTarget()
  })
  afterEach(() => target.close())
  const look = async (env: Record<string, string>) => {
    const [check] = checkPurges(readConfig(env))
    return check?.look().catch((error: unknown) => error)
  }

  it('is none where there is no cache to tell', () => {
    expect([...checkPurges(readConfig({}))]).toEqual([])
  })

  it('asks the cache to forget what it cannot have, as the service would ask', async () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    const said = await look({ PURGE_URL: target.url, PURGE_SECRET: secret, PURGE_HEADERS: 'X-Token: t' })
    expect(said).toBe(`127.0.0.1:${target.port} takes them, signed`)
    const [received] = target.got
    expect(received?.headers['x-token']).toBe('t')
    if (received !== undefined) expect(verify(secret, received)).toEqual({ tags: ['doctor'] })
  })

  it('fails when the cache refuses or is not there', async () => {
    target.answer.status = 403
    expect(String(await look({ PURGE_URL: target.url }))).toContain('403')
    expect(String(await look({ PURGE_URL: 'http://127.0.0.1:1/' }))).toContain('could not')
  })
})
