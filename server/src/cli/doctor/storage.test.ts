import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type S3Habit, type S3StandIn, s3Habits, startS3StandIn } from '../../../test/services/s3-stand-in.ts'
import { Fault } from './check.ts'
import { checkStorage } from './storage.ts'

describe('the check of the storage', () => {
  let spare: string
  let store: S3StandIn
  beforeAll(async () => {
    spare = await mkdtemp(join(tmpdir(), 'rendition-doctor-'))
  })
  afterAll(() => rm(spare, { recursive: true }))
  beforeEach(async () => {
    store = await startS3StandIn()
  })
  afterEach(() => store.close())

  const look = (habit: S3Habit) => {
    store.habit = habit
    const endpoint = encodeURIComponent(store.url)
    return checkStorage(`s3://AK:hidden@pictures?endpoint=${endpoint}`, join(spare, 'storage'))
      .look()
      .catch((error: unknown) => error)
  }

  it('keeps and deletes an object in a folder', async () => {
    const check = checkStorage(`file:${join(spare, 'files')}`, join(spare, 'storage'))
    expect(await check.look()).toMatch(/keeps, gives and deletes/)
  })

  it.each(Object.entries(s3Habits))(
    'is content, as the service is, where a store has this habit: %s',
    async (_, habit) => {
      expect(await look(habit)).toMatch(/keeps, gives and deletes/)
      expect(store.objects.size).toBe(0)
    },
  )

  it.each([
    ['PUT', 'an object is not kept: AccessDenied', /s3:PutObject/],
    ['GET', 'an object is not given: AccessDenied', /s3:GetObject/],
    ['DELETE', 'an object is not deleted: AccessDenied', /left there.*s3:DeleteObject/s],
  ])('says what the store says to a %s, and what to do', async (refused, message, advice) => {
    const error = await look(({ method, many }) =>
      method === refused || (refused === 'DELETE' && many) ? { status: 403, code: 'AccessDenied' } : null,
    )
    expect(error).toBeInstanceOf(Fault)
    const fault = error as Fault
    expect(fault.message).toContain(message)
    expect(fault.message).toContain('HTTP 403')
    expect(fault.advice).toMatch(advice)
    expect(fault.advice + fault.message).not.toContain('hidden')
    expect(store.objects.size).toBe(refused === 'DELETE' ? 1 : 0)
  })

  // As AWS says it; Ceph, which the other cases are tried with, signs for any region.
  it.each(['AuthorizationHeaderMalformed', 'PermanentRedirect'])(
    'says that a bucket lies in another region: %s',
    async (code) => {
      const fault = (await look(() => ({ status: code.startsWith('P') ? 301 : 400, code }))) as Fault
      expect(fault.message).toContain(code)
      expect(fault.advice).toMatch(/pictures is not in us-east-1: set region=/)
    },
  )

  it('says of a folder that cannot be written who has to be able to', async () => {
    // Nobody writes below a file, root neither.
    await writeFile(join(spare, 'a-file'), '')
    const check = checkStorage(`file:${join(spare, 'a-file', 'files')}`, join(spare, 'storage'))
    const fault = (await check.look().catch((error: unknown) => error)) as Fault
    expect(fault.message).toContain('ENOTDIR')
    expect(fault.advice).toMatch(/a-file\/files of STORAGE_URL must be writable/)
  })

  it('finds a store that deletes in words only', async () => {
    store.objects.delete = () => true
    expect(String(await look(() => null))).toContain('still there')
  })
})
