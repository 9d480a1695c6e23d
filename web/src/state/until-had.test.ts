import { NetworkError, ProblemError } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { untilHad } from './until-had.ts'

const problem = (status: number, code: ErrorCode, retryAfter: number | null = null) =>
  new ProblemError({ type: '', title: '', status, detail: '', instance: '', code }, retryAfter)

/** Asks of which each answers as it is told, the last one well; gives what was heard and how long it waited. */
async function asked(faults: readonly unknown[]) {
  const left = [...faults]
  const heard: unknown[] = []
  const waited: number[] = []
  const ask = async () => {
    const fault = left.shift()
    if (fault !== undefined) throw fault
    return 'had'
  }
  const answer = await untilHad(
    ask,
    new AbortController().signal,
    (fault) => heard.push(fault),
    async (ms) => {
      waited.push(ms)
    },
  ).catch((fault: unknown) => fault)
  return { answer, heard, waited }
}

describe('what is asked for until it is had', () => {
  it('is asked for again with growing pauses while the service is away or busy', async () => {
    const faults = [new NetworkError(''), problem(503, 'overloaded'), problem(502, 'internal')]
    expect(await asked(faults)).toEqual({ answer: 'had', heard: faults, waited: [1_000, 2_000, 4_000] })
    const many = Array.from({ length: 8 }, () => new NetworkError(''))
    expect((await asked(many)).waited.at(-1)).toBe(15_000)
  })

  it('is left alone for as long as the service says, a minute at most', async () => {
    expect((await asked([problem(429, 'rate_limited', 7)])).waited).toEqual([7_000])
    expect((await asked([problem(429, 'rate_limited', 3_600)])).waited).toEqual([60_000])
  })

  it('is given up where another time would mend nothing', async () => {
    for (const refused of [
      problem(404, 'not_found'),
      problem(500, 'internal'),
      new TypeError('a fault of ours'),
    ])
      expect(await asked([refused])).toEqual({ answer: refused, heard: [], waited: [] })
  })

  it('ends with who asked', async () => {
    const aborting = new AbortController()
    const ask = async () => {
      throw new NetworkError('')
    }
    const asking = untilHad(ask, aborting.signal, () => aborting.abort(new Error('gone')))
    await expect(asking).rejects.toThrow('gone')
  })
})
