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

it('means all of a list that is loaded in parts, and nothing that is added to it when it is whole', () => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  expect(selection.snapshot()).toMatchObject({ whole: true, growing: false })
  selection.follow([...'abcde'], false)
  expect(selected()).toBe('abcde')
  selection.follow([...'abcdef'], true)
  expect(selected()).toBe('abcdef')
  expect(selection.snapshot().whole).toBe(false)
  selection.follow([...'Xabcdef'], true)
  expect(selected()).toBe('abcdef')
})

it('takes what is left as it comes, once one is taken out of the whole', () => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  selection.toggle('b', false)
  expect(selection.snapshot()).toMatchObject({ whole: false, growing: true })
  selection.follow([...'abcde'], false)
  selection.toggle('d', false)
  selection.toggle('b', false)
  expect(selected()).toBe('abce')
  selection.follow([...'abcdef'], true)
  expect(selected()).toBe('abcef')
  expect(selection.snapshot().growing).toBe(false)
  selection.follow([...'Xabcdef'], true)
  expect(selected()).toBe('abcef')
})

it.each<[string, (selection: ReturnType<typeof createSelection>) => void, string]>([
  ['letting go', (selection) => selection.clear(), ''],
  ['a page that does not come', (selection) => selection.stopGrowing(), 'bc'],
])('grows no further after %s', (_what, act, left) => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  selection.toggle('a', false)
  act(selection)
  expect(selected()).toBe(left)
  selection.follow([...'abcdef'], true)
  expect(selected()).toBe(left)
})

it('begins anew after all of one list, whatever was taken out of it', () => {
  const { selection, selected } = scene('abc', false)
  selection.selectAll()
  selection.toggle('a', false)
  selection.clear()
  selection.toggle('c', false)
  expect(selected()).toBe('c')
  selection.selectAll()
  expect(selected()).toBe('abc')
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
