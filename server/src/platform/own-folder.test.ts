import { parse } from 'node:path'
import { expect, it } from 'vitest'
import { nearestPackage, ownFolder } from './own-folder.ts'

it('is the folder of the nearest package', () => {
  expect(nearestPackage(import.meta.dirname)).toBe(ownFolder)
})

it('says what is missing where only the built files were copied', () => {
  expect(() => nearestPackage(parse(import.meta.dirname).root)).toThrow('no folder with a package.json')
})
