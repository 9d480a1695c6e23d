import { expect, it } from 'vitest'
import { faultsOf } from './description-faults.ts'

it('finds everything that a route can leave out', () => {
  const faults = faultsOf({
    paths: {
      '/things': {
        post: { security: [{ token: [] }], responses: { 200: { description: 'Default Response' } } },
        get: { operationId: 'getThings', responses: {} },
      },
      '/more': { get: { operationId: 'getThings', responses: {} } },
    },
    components: { schemas: { Thing: { pattern: '^\\P{Cc}*$' }, ThingInput: {} } },
  })
  expect(faults).toEqual(
    expect.arrayContaining([
      'POST /things: no operationId in camelCase',
      'POST /things: no summary',
      'POST /things: not one tag',
      'POST /things: no body',
      'POST /things: 200 by default',
      'POST /things: 200 with 0 kinds of content',
      'POST /things: no refusal',
      'POST /things: a credential without a 401',
      'GET /things: no answer that is none of a refusal',
      'GET /things: nothing about credentials',
      'GET /more: the operationId is that of GET /things',
      "ThingInput: a schema's double",
      '^\\P{Cc}*$: no pattern of ECMA 262',
    ]),
  )
})
