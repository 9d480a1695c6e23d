import { expect, test } from 'vitest'
import { addressesIn } from './upload.ts'

test('addresses are read from a text, each once, or none where something else is among them', () => {
  expect(addressesIn(' https://a.example/1.jpg\nhttp://b.example/2.png, https://a.example/1.jpg ')).toEqual([
    'https://a.example/1.jpg',
    'http://b.example/2.png',
  ])
  for (const wrong of [
    '',
    '  ',
    'lake.jpg',
    'ftp://a.example/1.jpg',
    'https://',
    'https://a.example/1.jpg and more',
  ])
    expect(addressesIn(wrong)).toBeNull()
})
