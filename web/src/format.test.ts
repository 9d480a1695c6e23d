import { expect, it } from 'vitest'
import { formatBytes, formatFormat } from './format.ts'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_949, '9.9 kB'],
  [9_951, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [3_423_907, '3.4 MB'],
  [2e15, '2,000 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

it.each([
  ['jpeg', 'JPEG'],
  ['image/jpg', 'JPEG'],
  ['image/webp', 'WebP'],
  ['avif', 'AVIF'],
])('%s is %s', (format, name) => {
  expect(formatFormat(format)).toBe(name)
})
