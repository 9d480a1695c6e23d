import type { AuditEntry } from '@rendition/contract'
import { expect, test } from 'vitest'
import { csvOf, detailsText } from './audit-texts.ts'

const entry: AuditEntry = {
  id: '1',
  at: '2026-01-31T12:00:00.000Z',
  action: 'user.change',
  outcome: 'success',
  actor: { id: '2', name: 'ann "the", first' },
  targetId: '3',
  address: '::1',
  userAgent: '=HYPERLINK("http://evil")',
  requestId: null,
  details: { role: { from: 'user', to: 'admin' } },
}

test('a table keeps commas, quotes and lines in their cells, and runs nothing', () => {
  expect(csvOf([entry, { ...entry, actor: null, userAgent: 'a\nb' }])).toBe(
    [
      'at,action,outcome,actorId,actorName,targetId,address,userAgent,requestId,details',
      `2026-01-31T12:00:00.000Z,user.change,success,2,"ann ""the"", first",3,::1,"'=HYPERLINK(""http://evil"")",,"{""role"":{""from"":""user"",""to"":""admin""}}"`,
      `2026-01-31T12:00:00.000Z,user.change,success,,,3,::1,"a\nb",,"{""role"":{""from"":""user"",""to"":""admin""}}"`,
      '',
    ].join('\r\n'),
  )
})

test('what changed is told in a line', () => {
  expect(detailsText(entry.details)).toBe('role: user → admin')
  expect(detailsText({ fields: ['email', 'password'], disabled: true, madeBy: null })).toBe(
    'fields: email password, disabled: true, madeBy: null',
  )
  expect(detailsText({ jobs: 5, ids: ['a', 'b', 'c', 'd', 'e'] })).toBe('jobs: 5, ids: a b c +2')
})
