import { idSchema } from '@rendition/contract'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Origin } from '../origin.ts'

export const idParamsSchema = z.object({ id: idSchema })

/** How a credential is sent where only one way is meant, for OpenAPI. */
export const byToken = [{ token: [] }]
export const byKey = [{ apiKey: [] }]

export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
  }
}
