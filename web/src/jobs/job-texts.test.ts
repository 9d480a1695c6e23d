import { expect, test } from 'vitest'
import { actsOf } from './job-texts.ts'

test('a job can be done with what its state allows', () => {
  expect(actsOf({ status: 'pending', priority: 'bulk' })).toEqual(['cancel', 'interactive', 'remove'])
  expect(actsOf({ status: 'pending', priority: 'interactive' })).toEqual(['cancel', 'bulk', 'remove'])
  expect(actsOf({ status: 'processing', priority: 'bulk' })).toEqual(['cancel', 'remove'])
  expect(actsOf({ status: 'failed', priority: 'bulk' })).toEqual(['retry', 'remove'])
  expect(actsOf({ status: 'complete', priority: 'bulk' })).toEqual(['remove'])
})
