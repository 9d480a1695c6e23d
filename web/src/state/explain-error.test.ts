import { NetworkError, ProblemError } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { explainError, FaultInWords } from './explain-error.ts'
import { sentence } from './explain-field.ts'

const problem = (status: number, code: ErrorCode, retryAfter: number | null = null) =>
  new ProblemError(
    { type: '', title: '', status, detail: 'As the service says.', instance: '', code },
    retryAfter,
  )

afterEach(() => void vi.unstubAllGlobals())

describe('one sentence about what went wrong', () => {
  it.each([
    ['a line that broke', new NetworkError(''), 'The service cannot be reached right now.'],
    ['a proxy before nothing', problem(502, 'internal'), 'The service cannot be reached right now.'],
    ['a proxy that waited', problem(504, 'internal'), 'The service cannot be reached right now.'],
    ['a refusal', problem(409, 'conflict'), 'As the service says.'],
    ['what the page says itself', new FaultInWords('Select fewer.'), 'Select fewer.'],
    ['a service with too much to do', problem(503, 'unavailable'), 'As the service says.'],
    ['a limit', problem(429, 'rate_limited', 7), 'Too many attempts. Try again in 7 s.'],
    ['a fault of our own', new TypeError('x is undefined'), 'Something went wrong.'],
  ])('is of %s', (_what, error, words) => {
    vi.stubGlobal('navigator', { onLine: true })
    expect(explainError(error)).toBe(words)
  })

  it.each([new NetworkError(''), problem(502, 'internal')])(
    'does not blame the service without a network',
    (error) => {
      vi.stubGlobal('navigator', { onLine: false })
      expect(explainError(error)).toBe('You are offline.')
    },
  )
})

it('makes a sentence of what is said beside a field', () => {
  expect(sentence('is taken')).toBe('Is taken.')
  expect(sentence('Done.')).toBe('Done.')
  expect(sentence(undefined)).toBeUndefined()
})
