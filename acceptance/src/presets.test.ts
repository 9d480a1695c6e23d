import type { PresetStateView } from '@rendition/contract'
import { expect, inject, it } from 'vitest'
import { createApi, refusal } from './api.ts'
import { jpeg } from './pictures.ts'

const api = createApi(inject('baseUrl'))

it('presets are told to everybody, are what an image has, and are changed by administrators alone', async () => {
  const user = await api.signedIn()
  const { body, headers } = await user.get<PresetStateView>('/api/presets')
  const { id, sizes } = await user.picture(await jpeg(300, 200))
  expect(Object.keys(sizes)).toEqual([...body.presets.map(({ name }) => name), 'original'])
  const [first] = body.presets
  const asked = await user.get(`/images/${id}?preset=${first?.name}`)
  expect(asked.status).toBe(200)
  const change = { presets: [{ name: 'tiny', parameters: { width: '9' } }] }
  const match = { 'if-match': headers.get('etag') ?? '' }
  const put = user.send('/api/presets', {
    method: 'PUT',
    body: JSON.stringify(change),
    headers: { ...match, 'content-type': 'application/json' },
  })
  expect(refusal(await put)).toBe('403 forbidden')
  expect(refusal(await user.post('/api/presets/estimate', change))).toBe('403 forbidden')
  expect(refusal(await user.get('/api/presets/sets'))).toBe('403 forbidden')
  expect(refusal(await user.post('/api/presets/sets/1/restore', undefined, match))).toBe('403 forbidden')
  expect(refusal(await api.anonymous().get('/api/presets'))).toBe('401 unauthenticated')
})
