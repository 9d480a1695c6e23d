import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { readingStep } from './direction.ts'

afterEach(() => void vi.unstubAllGlobals())

it.each([
  ['ltr', 1, -1],
  ['rtl', -1, 1],
])('goes on where reading does: %s', (dir, right, left) => {
  vi.stubGlobal('document', { documentElement: { dir } })
  expect(['ArrowRight', 'ArrowLeft', 'ArrowUp'].map(readingStep)).toEqual([right, left, null])
})

/** What lies on pictures stays where it lies. */
const ofPictures = ['editor/box-overlay.tsx']
const physical =
  /(?<![\w-])(-?[mp][lr]-[\d[a]|text-(left|right)(?![\w-])|(border|rounded)-[lr](?=[\s'"`-])|(left|right)-(?!1\/2)(\d|\[|auto|full))/

it('has no class of left and right, which would not turn round with the language', async () => {
  const root = join(import.meta.dirname, '..')
  const files = (await readdir(root, { recursive: true })).filter(
    (path) => path.endsWith('.tsx') && !ofPictures.includes(path),
  )
  const found: string[] = []
  for (const path of files) {
    for (const [at, line] of (await readFile(join(root, path), 'utf8')).split('\n').entries()) {
      const match = physical.exec(line)?.[0]
      if (match !== undefined) found.push(`${path}:${at + 1} ${match}`)
    }
  }
  expect(files.length).toBeGreaterThan(100)
  expect(found).toEqual([])
})

it('lets what somebody writes begin on the side of its own letters', async () => {
  const root = join(import.meta.dirname, '..')
  const files = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.tsx'))
  const found: string[] = []
  let fields = 0
  for (const path of files) {
    const text = await readFile(join(root, path), 'utf8')
    for (const [field] of text.matchAll(/<(input|textarea)\s(?:[^>]|=>)*?\/>/g)) {
      // What can only be read, or has a spelling of its own such as a colour's, is not written in words.
      if (/type="(?!text|search)|readOnly\s|spellCheck=\{false\}/.test(field)) continue
      fields++
      if (!field.includes('dir="auto"')) found.push(`${path}: ${field}`)
    }
  }
  expect(fields).toBeGreaterThan(5)
  expect(found).toEqual([])
})
