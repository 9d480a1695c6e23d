import { expect, test } from 'vitest'
import { chooseLanguage } from '../languages/language.ts'
import { withPageLanguage } from '../languages/testing/page-language.ts'
import { actsOf, actsOfBatch, noteText } from './job-texts.ts'

withPageLanguage()

test('a note says its size and what was left out, in the language of the page', async () => {
  const note = 'large: jpeg holds no animation: this is its first frame.'
  expect(noteText(note)).toBe(note)
  await chooseLanguage('de')
  expect(noteText(note)).toBe('groß: jpeg kann keine Animation enthalten: Dies ist das erste Einzelbild.')
  expect(noteText('The source was smaller than any encoding of it.')).toBe(
    'Das Original war kleiner als jede Kodierung davon.',
  )
  expect(noteText('poster: Something new.')).toBe('poster: Something new.')
})

test('a job can be done with what its state allows', () => {
  expect(actsOf({ status: 'pending', priority: 'bulk' })).toEqual(['cancel', 'interactive', 'remove'])
  expect(actsOf({ status: 'pending', priority: 'interactive' })).toEqual(['cancel', 'bulk', 'remove'])
  expect(actsOf({ status: 'processing', priority: 'bulk' })).toEqual(['cancel', 'remove'])
  expect(actsOf({ status: 'failed', priority: 'bulk' })).toEqual(['retry', 'remove'])
  expect(actsOf({ status: 'complete', priority: 'bulk' })).toEqual(['remove'])
})

test('a batch can be done with what the states of its jobs allow', () => {
  expect(actsOfBatch({ pending: 3, processing: 1, failed: 0 }, 'bulk')).toEqual([
    'cancel',
    'interactive',
    'remove',
  ])
  expect(actsOfBatch({ pending: 0, processing: 1, failed: 2 }, 'bulk')).toEqual(['cancel', 'retry', 'remove'])
  expect(actsOfBatch({ pending: 0, processing: 0, failed: 0 }, 'interactive')).toEqual(['remove'])
})
