import { NetworkError } from '@rendition/client'
import type { Export } from '@rendition/contract'
import { expect, it, vi } from 'vitest'
import { pause, whenMade } from './wait-for-export.ts'

const made = (status: Export['status']) => ({ id: 'e', status }) as Export
const atOnce = () => Promise.resolve()

it('goes on looking while the service is away, and gives what comes', async () => {
  const look = vi.fn(async () => made('preparing'))
  look.mockRejectedValueOnce(new NetworkError('cut off')).mockRejectedValueOnce(new NetworkError('cut off'))
  look.mockResolvedValueOnce(made('preparing')).mockResolvedValueOnce(made('ready'))
  expect(await whenMade(made('preparing'), look, atOnce)).toEqual(made('ready'))
  expect(look).toHaveBeenCalledTimes(4)
})

it('gives up on a refusal at once, and on silence in the end, with words', async () => {
  const gone = new Error('gone')
  await expect(whenMade(made('preparing'), () => Promise.reject(gone), atOnce)).rejects.toBe(gone)
  const silent = vi.fn(() => Promise.reject(new NetworkError('cut off')))
  await expect(whenMade(made('preparing'), silent, atOnce)).rejects.toThrow('page of your account')
  expect(silent.mock.calls.length).toBeLessThan(1_000)
})

it('pauses without leaving anything behind, and not after the end', async () => {
  const ending = new AbortController()
  const forget = vi.spyOn(ending.signal, 'removeEventListener')
  await pause(1, ending.signal)
  expect(forget).toHaveBeenCalledTimes(1)
  const cut = pause(60_000, ending.signal)
  ending.abort()
  await expect(cut).rejects.toBe(ending.signal.reason)
  await expect(pause(1, ending.signal)).rejects.toBe(ending.signal.reason)
})
