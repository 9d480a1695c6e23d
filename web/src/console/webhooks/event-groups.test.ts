import { expect, test } from 'vitest'
import { eventGroups, eventTexts } from './event-groups.ts'

test('every event but the test can be chosen, once', () => {
  const chosen = eventGroups.flatMap(({ types }) => types)
  expect(chosen.sort()).toEqual(
    Object.keys(eventTexts)
      .filter((type) => type !== 'webhook.test')
      .sort(),
  )
})
