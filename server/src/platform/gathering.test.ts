import { expect, it, vi } from 'vitest'
import { type Asked, createGathering } from './gathering.ts'

/** Serves when it is told to. */
function gathering(mostAtOnce = 10) {
  const served: (readonly Asked<string, string>[])[] = []
  const ends: ((failure?: Error) => void)[] = []
  const ask = createGathering<string, string>((asked) => {
    served.push(asked)
    return new Promise((resolve, reject) => {
      ends.push((failure) => (failure === undefined ? resolve() : reject(failure)))
    })
  }, mostAtOnce)
  const questions = () => served.map((asked) => asked.map(({ question }) => question))
  const answer = (n: number): void => {
    for (const { question, resolve } of served[n] ?? []) resolve(question.toUpperCase())
  }
  return { ask, served, questions, answer, end: (n: number, failure?: Error) => ends[n]?.(failure) }
}

it('serves together what is asked in one turn, and what comes while that is served', async () => {
  const { ask, questions, answer, end } = gathering()
  const first = ['a', 'b'].map(ask)
  await vi.waitFor(() => expect(questions()).toEqual([['a', 'b']]))
  const later = ['c', 'd'].map(ask)
  answer(0)
  expect(await Promise.all(first)).toEqual(['A', 'B'])
  expect(questions()).toHaveLength(1)
  end(0)
  await vi.waitFor(() =>
    expect(questions()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]),
  )
  answer(1)
  end(1)
  expect(await Promise.all(later)).toEqual(['C', 'D'])
})

it('serves no more at once than it may', async () => {
  const { ask, questions, answer, end } = gathering(2)
  const all = ['a', 'b', 'c'].map(ask)
  for (const n of [0, 1]) {
    await vi.waitFor(() => expect(questions()).toHaveLength(n + 1))
    answer(n)
    end(n)
  }
  expect(await Promise.all(all)).toEqual(['A', 'B', 'C'])
  expect(questions()).toEqual([['a', 'b'], ['c']])
})

it('says a failure to those who have no answer, and goes on', async () => {
  const { ask, served, questions, answer, end } = gathering()
  const all = ['a', 'b'].map(ask)
  await vi.waitFor(() => expect(served).toHaveLength(1))
  served[0]?.[0]?.resolve('A')
  end(0, new Error('broken'))
  await expect(all[0]).resolves.toBe('A')
  await expect(all[1]).rejects.toThrow('broken')
  const next = ask('c')
  await vi.waitFor(() => expect(questions()).toHaveLength(2))
  answer(1)
  end(1)
  expect(await next).toBe('C')
})
