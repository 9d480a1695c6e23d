import {
  idSchema,
  jwksSchema,
  pageSchema,
  receiptClaimSchema,
  receiptListQuerySchema,
  receiptSchema,
} from '@rendition/contract'
import { z } from 'zod'
import type { App } from '../platform/http/app.ts'
import { anyone, needs } from '../platform/http/rights.ts'
import type { Receipts } from './index.ts'

/** `/api/receipts`: what was erased, signed. */
export function registerReceipts(app: App, receipts: Receipts): void {
  const tags = ['receipts']
  const rights = needs('images:read')

  app.get(
    '/.well-known/receipt-keys.json',
    {
      config: { limit: 'requests', rights: anyone },
      schema: {
        tags,
        operationId: 'getReceiptKeys',
        summary: 'Public keys of receipts',
        description:
          'A JSON Web Key Set with every key that receipts here were ever signed with. Keep it beside a receipt that is to be shown without this installation.',
        response: { 200: jwksSchema },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300')
      return receipts.publicKeys()
    },
  )

  app.get(
    '/api/receipts',
    {
      config: { limit: 'requests', rights, refusals: ['forbidden'] },
      schema: {
        tags,
        operationId: 'listReceipts',
        summary: 'Receipts of what was erased for good, newest first',
        description:
          'One for each image, and one for an account with everything in it. `jws` is null until everything is gone, which takes a minute at least.',
        querystring: receiptListQuerySchema,
        response: { 200: pageSchema(receiptSchema) },
      },
    },
    async (request) => receipts.list(await request.principal(), request.query),
  )

  app.get(
    '/api/receipts/:id',
    {
      config: { limit: 'requests', rights },
      schema: {
        tags,
        operationId: 'getReceipt',
        summary: 'One receipt',
        params: z.object({ id: idSchema }),
        response: { 200: receiptSchema },
      },
    },
    async (request) => receipts.get(await request.principal(), request.params.id),
  )

  app.post(
    '/api/receipts/claim',
    {
      config: { limit: 'requests', rights: anyone, refusals: ['link_invalid'] },
      schema: {
        tags,
        operationId: 'claimReceipt',
        summary: 'The receipt of an account that was erased, by its secret',
        description:
          'For whoever has no account any more: `token` is what the header `Rendition-Receipt` said in answer to the erasing.',
        body: receiptClaimSchema,
        response: { 200: receiptSchema },
      },
    },
    async (request) => receipts.claim(request.body.token),
  )
}
