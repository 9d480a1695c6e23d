import { expect, it } from 'vitest'
import { actsFor } from './acts-for.ts'

it.each([
  [{}, ['cancel', 'retry', 'interactive', 'bulk']],
  [{ status: 'pending' }, ['cancel', 'interactive', 'bulk']],
  [{ status: 'pending', priority: 'bulk' }, ['cancel', 'interactive']],
  [{ status: 'processing' }, ['cancel']],
  [{ status: 'failed', priority: 'bulk' }, ['retry']],
  [{ status: 'complete' }, []],
] as const)('of %o what makes sense is offered', (filter, acts) => {
  expect(actsFor(filter)).toEqual(acts)
})
