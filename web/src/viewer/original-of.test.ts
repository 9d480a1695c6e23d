import type { Image, Version } from '@rendition/contract'
import { expect, it } from 'vitest'
import { originalOf } from './original-of.ts'

const image = (version: number) => ({ version, width: 300, height: 200 }) as Image
const version = (part: Partial<Version>) => ({ current: false, recipe: null, ...part }) as Version
const upload = version({ version: 1, cause: 'upload', width: 900, height: 600 })

it('of an edited picture, the original has its own measures', () => {
  const edit = version({ version: 2, cause: 'transform', recipe: {}, current: true, width: 300, height: 200 })
  expect(originalOf(image(2), [edit, upload])).toEqual({ width: 900, height: 600, edited: true })
})

it('what was restored to the original is not edited, and what was replaced has another original', () => {
  const restored = version({ version: 3, cause: 'restore', current: true })
  expect(originalOf(image(3), [restored, upload])?.edited).toBe(false)
  const replaced = version({ version: 4, cause: 'replace', current: true, width: 50, height: 40 })
  expect(originalOf(image(4), [replaced, restored, upload])).toEqual({ width: 50, height: 40, edited: false })
})

it('before the history has come, says only what is certain', () => {
  expect(originalOf(image(1), undefined)).toEqual({ width: 300, height: 200, edited: false })
  expect(originalOf(image(2), undefined)).toBeNull()
})
