import { describe, expect, it } from 'vitest'
import { endingOf, type FileRecord, filesToTryAgain, summarise, type TestRecord } from './test-record.ts'

const fileOf = (file: string, passed: number, ...failed: string[]): FileRecord => ({
  file,
  passed,
  failed: failed.map((name) => ({ name: `${file}: ${name}`, reason: 'late' })),
  skipped: [],
})
const recordOf = (files: readonly FileRecord[], more: Partial<TestRecord> = {}): TestRecord => ({
  ...{ files, outside: [], kinds: [], left: 0 },
  ...more,
})

describe('files that are run again', () => {
  it('are those in which something failed', () => {
    expect(filesToTryAgain(recordOf([fileOf('a', 3), fileOf('b', 2, 'x'), fileOf('c', 0, 'y')]))).toEqual([
      'b',
      'c',
    ])
  })

  it('are none where so many failed that it is no accident', () => {
    const many = Array.from({ length: 11 }, (_, at) => fileOf(`f${at}`, 1, 'x'))
    expect(filesToTryAgain(recordOf(many.slice(1)))).toHaveLength(10)
    expect(filesToTryAgain(recordOf(many))).toEqual([])
  })

  it('count once, as they went the second time, and what passed only then is named', () => {
    const first = recordOf([fileOf('a', 3), fileOf('b', 2, 'x', 'y')])
    expect(summarise(first, recordOf([fileOf('b', 4)]))).toMatchObject({
      passed: 7,
      failed: [],
      unsteady: ['b: x: late', 'b: y: late'],
    })
    expect(summarise(first, recordOf([fileOf('b', 3, 'y')]))).toMatchObject({
      passed: 6,
      failed: ['b: y: late'],
      unsteady: ['b: x: late'],
    })
    // Another test of the file is no pass of the first either.
    expect(summarise(first, recordOf([fileOf('b', 3, 'z')]))).toMatchObject({
      passed: 6,
      failed: ['b: z: late'],
    })
  })

  it('keep their failures where the second run says nothing of them', () => {
    const first = recordOf([fileOf('a', 3), fileOf('b', 2, 'x')])
    for (const second of [recordOf([]), recordOf([fileOf('b', 0)])]) {
      expect(summarise(first, second)).toMatchObject({ passed: 5, failed: ['b: x: late'], unsteady: [] })
    }
  })

  it('make no failure good that is skipped then', () => {
    const first = recordOf([fileOf('b', 2, 'x')])
    for (const skipped of ['b: x', 'b: x (no server)']) {
      const second = recordOf([{ ...fileOf('b', 2), skipped: [skipped] }])
      expect(summarise(first, second)).toMatchObject({ passed: 2, failed: ['b: x: late'], unsteady: [] })
    }
  })

  it('make no failure good that is no file of theirs, in either run', () => {
    const first = recordOf([fileOf('b', 2, 'x')], { outside: ['outside of any test: one'] })
    const second = recordOf([fileOf('b', 3)], { outside: ['outside of any test: two'] })
    expect(summarise(first, second).failed).toEqual(['outside of any test: one', 'outside of any test: two'])
  })
})

it('the ending counts what was left out by its kind once, as skipped', () => {
  const kinds = ['crowds: 4 tests in 1 file']
  const first = recordOf([{ ...fileOf('a', 2, 'x'), skipped: ['a: no server'] }], { kinds, left: 4 })
  const second = recordOf([{ ...fileOf('a', 3), skipped: ['a: no server'] }], { kinds, left: 4 })
  expect(endingOf(first, second).split('\n')).toEqual([
    '',
    'Passed only when tried again:',
    '  a: x: late',
    '',
    'Skipped:',
    '  a: no server',
    '',
    'Kinds that were not run; npm run test:slow runs the slow ones, npm run test:all everything:',
    '  crowds: 4 tests in 1 file',
    '',
    '3 passed, 0 failed, 5 skipped',
  ])
})
