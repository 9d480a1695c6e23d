import type { AuditEntry } from '@rendition/contract'
import { canonical } from '@rendition/contract/recipe'
import { expect, test } from 'vitest'
import { csvOf } from './audit-texts.ts'
import { detailsOf } from './detail-texts.ts'

const entry: AuditEntry = {
  id: '1',
  at: '2026-01-31T12:00:00.000Z',
  action: 'user.change',
  outcome: 'success',
  actor: { id: '2', name: 'ann "the", first' },
  targetId: '3',
  ownerId: null,
  address: '::1',
  userAgent: '=HYPERLINK("http://evil")',
  requestId: null,
  details: { role: { from: 'user', to: 'admin' } },
}

test('a table keeps commas, quotes and lines in their cells, and runs nothing', () => {
  expect(csvOf([entry, { ...entry, actor: null, userAgent: 'a\nb' }])).toBe(
    [
      'at,action,outcome,actorId,actorName,targetId,ownerId,address,userAgent,requestId,details',
      `2026-01-31T12:00:00.000Z,user.change,success,2,"ann ""the"", first",3,,::1,"'=HYPERLINK(""http://evil"")",,"{""role"":{""from"":""user"",""to"":""admin""}}"`,
      `2026-01-31T12:00:00.000Z,user.change,success,,,3,,::1,"a\nb",,"{""role"":{""from"":""user"",""to"":""admin""}}"`,
      '',
    ].join('\r\n'),
  )
})

test('what changed is told as it was and as it is', () => {
  expect(
    detailsOf({ visibility: { from: 'private', to: 'public' }, tags: { from: [], to: ['sea', 'sky'] } }),
  ).toEqual([
    { name: 'Visibility', from: 'Private', to: 'Public' },
    { name: 'Tags', from: 'none', to: 'sea, sky' },
  ])
})

test('fields that stand there with their values are not listed besides', () => {
  expect(
    detailsOf({ fields: ['email', 'password'], email: { from: null, to: 'a@b.c' }, password: 'changed' }),
  ).toEqual([
    { name: 'Email', from: 'none', to: 'a@b.c' },
    { name: 'Password', to: 'changed' },
  ])
  expect(detailsOf({ fields: ['password'] })).toEqual([{ name: 'Details', to: 'Password' }])
})

test('many ids are counted, and what is counted is read as numbers', () => {
  expect(
    detailsOf({
      imageIds: ['a', 'b', 'c', 'd', 'e'],
      before: { rating: { 0: 1200 } },
      favourite: true,
      strange: null,
      types: null,
    }),
  ).toEqual([
    { name: 'Photos by id', to: 'a, b, c +2' },
    { name: 'Before', to: 'Rating: 0: 1,200' },
    { name: 'Favourite', to: 'yes' },
    { name: 'strange', to: 'none' },
    { name: 'Events', to: 'every one' },
  ])
})

test('what the API has a word for is said in the words of the page, and what somebody wrote as he wrote it', () => {
  expect(
    detailsOf({
      via: 'form',
      contentType: 'image/jpeg',
      tags: { from: ['private'], to: ['form', 'public'] },
      before: { visibility: { private: 2 } },
      change: { visibility: 'public', trash: true },
      scopes: ['images:read'],
      status: 'never heard of',
    }),
  ).toEqual([
    { name: 'Way', to: 'by a form' },
    { name: 'Format', to: 'JPEG' },
    { name: 'Tags', from: 'private', to: 'form, public' },
    { name: 'Before', to: 'Visibility: Private: 2' },
    { name: 'Change', to: 'Visibility: Public, In the trash: yes' },
    { name: 'Rights', to: 'See images' },
    { name: 'State', to: 'never heard of' },
  ])
})

test('an edit is told step by step as in the editor, also where the service wrote it as JSON and cut it', () => {
  const json = canonical({
    steps: [
      { op: 'blur', sigma: 5 },
      { op: 'rotate', angle: 90 },
      { op: 'watermark', text: 'a } and a "', position: { x: 0.1, y: 0.2 } },
    ],
  })
  const recipe = { from: 'none', to: 'crop=10,20,300,200&blur=5' }
  expect(detailsOf({ recipe })).toEqual([
    { name: 'Edit', from: 'The original', to: 'Crop 300 × 200 at 10, 20, Blur 5' },
  ])
  expect(detailsOf({ recipe: json })).toEqual([
    { name: 'Edit', to: 'Blur 5, Turn 90°, Watermark “a } and a "”' },
  ])
  expect(detailsOf({ recipe: `${json.slice(0, json.indexOf('watermark') + 20)}…` })).toEqual([
    { name: 'Edit', to: 'Blur 5, Turn 90° …' },
  ])
  expect(detailsOf({ steps: [{ op: 'blur', sigma: 5 }, { op: 'negate' }] })).toEqual([
    { name: 'Steps', to: 'Blur 5, Negative' },
  ])
  expect(detailsOf({ recipe: 'of another kind' })).toEqual([{ name: 'Edit', to: 'of another kind' }])
})
