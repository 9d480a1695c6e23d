import { idSchema } from '@rendition/contract'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'

export { originOf } from '../../platform/http/origin.ts'

export const idParamsSchema = z.object({ id: idSchema })

/** How a credential is sent where only one way is meant, for OpenAPI. */
export const byToken = [{ token: [] }]
export const byKey = [{ apiKey: [] }]

/** Of an account that is being erased: the answer has no body, and its owner no account to ask by. */
export function sayReceipt(reply: FastifyReply, secret: string): void {
  reply.header('rendition-receipt', secret)
}
