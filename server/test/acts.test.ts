import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openStage, type Stage, secrets } from './acts/stage.ts'
import { acts } from './acts/table.ts'

/**
 * Every route that changes something leaves an entry in the audit with who, what, before and after; or it is said why it is no act.
 * A new route is missed here until it is in the table.
 */
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

const changing = ['POST', 'PUT', 'PATCH', 'DELETE']

it('knows of every route that changes something what it leaves, or why it leaves nothing', () => {
  const routes = stage.house.routes.filter(({ method }) => changing.includes(method))
  const registered = new Set(routes.map(({ method, url }) => `${method} ${url}`))
  expect(Object.keys(acts).toSorted()).toEqual([...registered].toSorted())
  expect(registered.size).toBeGreaterThan(90)
})

describe('an act stands in the audit with who, what, before and after', () => {
  it.each(Object.entries(acts).filter(([, act]) => typeof act !== 'string'))(
    '%s',
    async (route, act) => {
      if (typeof act === 'string') return
      if (typeof act !== 'function') {
        const text = await readFile(join(import.meta.dirname, '../..', act.seenIn), 'utf8')
        expect(text, `${act.seenIn} does ${route}`).toContain(act.action)
        return
      }
      const { answer, by, action, targetId, ownerId, details } = await act(stage)
      expect(answer.status, `${route}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
      const entries = await vi.waitFor(async () => {
        const found = await stage.entriesOf(answer)
        expect(found.map((entry) => entry.action)).toContain(action)
        return found
      })
      const entry = entries.find((each) => each.action === action)
      expect(entry).toMatchObject({
        outcome: 'success',
        actor: by === null ? null : { id: by.id },
        address: action === 'account.delete' ? null : '127.0.0.1',
        ownerId: ownerId ?? null,
        details,
      })
      if (targetId !== undefined) expect(entry?.targetId).toBe(targetId)
    },
    60_000,
  )
})

it('holds no password, no secret, and of an address that is one the host alone', async () => {
  const rows = await stage.house.database.query('select * from audit')
  const all = JSON.stringify(rows)
  expect(rows.length).toBeGreaterThan(50)
  for (const secret of secrets) expect(all).not.toContain(secret)
})
