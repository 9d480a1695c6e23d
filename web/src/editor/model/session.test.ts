import type { Operation } from '@rendition/contract/recipe'
import { expect, test } from 'vitest'
import {
  changeSteps,
  discard,
  draftOf,
  editOf,
  followVersion,
  isChanged,
  openSession,
  readRecipe,
  type Start,
  withDraft,
} from './session.ts'
import { addStep, changeStep, moveStep, removeStep, setStep, shownStep, stepsOf } from './steps.ts'
import { begin, change, redo, settle, undo } from './undo.ts'

const size = { width: 100, height: 80 }
const start = (version: number, operations: Operation[] = []): Start => ({
  version,
  base: 1,
  size,
  operations,
  output: {},
})
const contrast: Operation = { op: 'contrast', amount: 1.5 }
const blur: Operation = { op: 'blur', sigma: 3 }
const session = openSession(start(1))
const edited = changeSteps(session, stepsOf([contrast]))

test('a gesture is one change, however long it lasts', () => {
  const slid = [1, 2, 3].reduce((history, n) => change(history, n, 'slider'), begin(0))
  expect(undo(slid)?.now).toBe(0)
  const again = change(settle(slid), 4, 'slider')
  expect(undo(again)?.now).toBe(3)
  expect(redo(undo(again) ?? again)?.now).toBe(4)
  expect(undo(begin(0))).toBeNull()
  expect(redo(change(undo(again) ?? again, 9))).toBeNull()
})

test('a save is shown alike, whether its event or its answer comes first', () => {
  const saved = followVersion(edited, start(2, [contrast]))
  expect(isChanged(edited)).toBe(true)
  expect(isChanged(saved)).toBe(false)
  // What was done before can still be taken back, to be saved again
  expect(undo(saved.steps)?.now).toEqual([])
  // The answer after the event
  expect(followVersion(saved, start(2, [contrast]))).toBe(saved)
})

test('what is done while it is saved is not lost', () => {
  const more = changeSteps(edited, addStep(edited.steps.now, blur))
  const saved = followVersion(more, start(2, [contrast]))
  expect(editOf(saved)).toEqual([contrast, blur])
  expect(isChanged(saved)).toBe(true)
})

test('a version made elsewhere is shown where nothing was begun, and does not touch what was', () => {
  expect(editOf(followVersion(session, start(2, [blur])))).toEqual([blur])
  expect(editOf(followVersion(edited, start(2, [blur])))).toEqual([contrast])
})

test('what came between is known: what is edited goes on top of it, or was for another original', () => {
  expect(session.overtaken).toBeNull()
  const between = followVersion(edited, start(2, [blur]))
  expect(between.overtaken).toEqual({ version: 2, replaced: false })
  expect(editOf(between)).toEqual([contrast])
  // Saved on top, nothing is between any more
  expect(followVersion(between, start(3, [contrast])).overtaken).toBeNull()
  expect(followVersion(session, start(2, [blur])).overtaken).toBeNull()

  // Another original: the steps were made for another picture, and can be brought back
  const replaced = followVersion(edited, { ...start(3), base: 3 })
  expect(editOf(replaced)).toEqual([])
  expect(replaced.overtaken).toEqual({ version: 3, replaced: true })
  expect(undo(replaced.steps)?.now).toEqual(edited.steps.now)
  expect(followVersion(session, { ...start(3), base: 3 })).toMatchObject({
    overtaken: null,
    steps: { past: [] },
  })
})

test('what is discarded can be brought back', () => {
  const none = discard(edited)
  expect(isChanged(none)).toBe(false)
  expect(undo(none.steps)?.now).toEqual(edited.steps.now)
  expect(discard(session)).toMatchObject({ steps: { past: [], now: [] } })
})

test('a draft comes back, and nothing that only looks like one', () => {
  const off = changeSteps(edited, changeStep(edited.steps.now, 1, { on: false }))
  const kept: unknown = JSON.parse(JSON.stringify(draftOf(off)))
  expect(withDraft(session, kept).steps.now).toEqual(off.steps.now)
  expect(editOf(withDraft(session, kept))).toEqual([])
  for (const wrong of [
    undefined,
    null,
    7,
    {},
    { base: 2, steps: [{ on: true, op: contrast }] },
    { base: 1, steps: [{ on: true, op: { op: 'explode' } }] },
    { base: 1, steps: [null] },
    { base: 1, steps: Array.from({ length: 65 }, () => ({ on: true, op: contrast })) },
  ])
    expect(withDraft(session, wrong)).toBe(session)
  // It is what the version is by now
  expect(withDraft(openSession(start(2, [contrast])), draftOf(edited)).steps.past).toEqual([])
})

test('a crop that was left outside by another order is brought inside', () => {
  const cut: Operation = { op: 'crop', x: 70, y: 10, width: 30, height: 60 }
  const turned: Operation = { op: 'rotate', angle: 90, background: '00000000' }
  const steps = moveStep(stepsOf([cut, turned]), 1, 1)
  expect(steps.map(({ op }) => op.op)).toEqual(['rotate', 'crop'])
  expect(editOf(changeSteps(session, steps))).toEqual([turned, { ...cut, x: 50 }])
})

test('steps: a control changes the last one of its kind that is on, new ones come where URLs have them', () => {
  const steps = [blur, contrast].reduce(addStep, stepsOf([]))
  expect(steps.map(({ op }) => op.op)).toEqual(['contrast', 'blur'])
  const softer = setStep(steps, 'blur', { op: 'blur', sigma: 5 })
  expect(shownStep(softer, 'blur')?.op.sigma).toBe(5)
  expect(softer.map(({ id }) => id)).toEqual(steps.map(({ id }) => id))
  const [first] = softer
  const off = changeStep(softer, first?.id ?? 0, { on: false })
  expect(shownStep(off, 'contrast')).toBeUndefined()
  expect(setStep(off, 'contrast', contrast)).toHaveLength(3)
  expect(setStep(softer, 'blur', null).map(({ op }) => op.op)).toEqual(['contrast'])
  expect(removeStep(softer, 99)).toEqual(softer)
  expect(moveStep(softer, first?.id ?? 0, -1)).toEqual(softer)
})

test('a recipe is read whatever order its keys were kept in', () => {
  const recipe = { output: { metadata: 'keep' }, steps: [{ sigma: 3, op: 'blur' }], v: 1 }
  expect(readRecipe(recipe).operations).toEqual([blur])
  expect(JSON.stringify(readRecipe(recipe).operations)).toBe(JSON.stringify([blur]))
  expect(readRecipe(null).operations).toEqual([])
})
