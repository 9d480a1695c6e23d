import { expect, it, vi } from 'vitest'
import { createSelection } from './selection.ts'

function scene(order: string, complete = true) {
  const selection = createSelection()
  selection.follow([...order], complete)
  const selected = () => [...selection.snapshot().ids].sort().join('')
  return { selection, selected }
}

it('takes one in and out, and a range from the last one touched, in either direction', () => {
  const { selection, selected } = scene('abcdef')
  selection.toggle('b', false)
  selection.toggle('d', true)
  expect(selected()).toBe('bcd')
  selection.toggle('c', false)
  expect(selected()).toBe('bd')
  selection.toggle('a', true)
  expect(selected()).toBe('abcd')
  selection.clear()
  expect(selected()).toBe('')
})

it('takes all of a list that is loaded in parts, also what comes later, and nothing that is added to it then', () => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  expect(selection.snapshot()).toMatchObject({ growing: true })
  selection.follow([...'abcde'], false)
  expect(selected()).toBe('abcde')
  selection.follow([...'abcdef'], true)
  expect(selected()).toBe('abcdef')
  expect(selection.snapshot().growing).toBe(false)
  selection.follow([...'Xabcdef'], true)
  expect(selected()).toBe('abcdef')
})

it.each<[string, (selection: ReturnType<typeof createSelection>) => void, string]>([
  ['letting go', (selection) => selection.clear(), ''],
  ['one taken out', (selection) => selection.toggle('a', false), 'bc'],
  ['a page that does not come', (selection) => selection.stopGrowing(), 'abc'],
])('grows no further after %s', (_what, act, left) => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  act(selection)
  expect(selected()).toBe(left)
  selection.follow([...'abcdef'], true)
  expect(selected()).toBe(left)
})

it('lets go of what has gone, and tells of changes alone', () => {
  const { selection, selected } = scene('abc')
  const heard = vi.fn()
  selection.subscribe(heard)
  selection.follow([...'abcd'], true)
  expect(heard).not.toHaveBeenCalled()
  selection.selectAll()
  selection.follow([...'abcd'], true)
  expect(heard).toHaveBeenCalledTimes(1)
  selection.follow([...'bd'], true)
  expect(selected()).toBe('bd')
  expect(heard).toHaveBeenCalledTimes(2)
})
