import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openPages, pages } from './pages.tsx'

/** The catalogue of components is there while developing alone. */
const developing = ['/design']

it('has every page among the screens that are looked at', async () => {
  const list = join(import.meta.dirname, '../../../acceptance/src/web/page-screens.ts')
  const looked = [...(await readFile(list, 'utf8')).matchAll(/\bpath: '([^']+)'/g)].map(([, path]) => path)
  const all = [...pages, ...openPages].map(({ path }) => path).filter((path) => !developing.includes(path))
  expect(looked.toSorted()).toEqual(all.toSorted())
})
