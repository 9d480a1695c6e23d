import { importUrlSchema, webhookUrlSchema } from '@rendition/contract'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

declare module 'fastify' {
  interface FastifyInstance {
    /** Throws `address_not_allowed` for an address that would be refused when it is used. */
    judgeAddress(url: string): Promise<void>
  }
}

/** Whatever has one of these schemas is an address that this service calls later. */
const addresses: ReadonlySet<unknown> = new Set([webhookUrlSchema, importUrlSchema])

/** The fields of a body that are such addresses. */
export function addressFields(body: unknown): string[] {
  if (!(body instanceof z.ZodObject)) return []
  return Object.entries(body.shape).flatMap(([name, field]) => (addresses.has(inner(field)) ? [name] : []))
}

function inner(field: unknown): unknown {
  const wrapped = field instanceof z.ZodOptional || field instanceof z.ZodNullable
  return wrapped ? inner(field.unwrap()) : field
}

/**
 * Judges addresses when they are given, on every route whose body has some: whoever names one that may not be reached
 * learns it at once, not from a delivery that fails. Forms ask `judgeAddress` for theirs.
 */
export function judgeAddresses(
  app: Pick<FastifyInstance, 'addHook' | 'decorate'>,
  judge: (url: string) => Promise<void>,
): void {
  app.decorate('judgeAddress', judge)
  app.addHook('onRoute', (route) => {
    const fields = addressFields(route.schema?.body)
    if (fields.length === 0) return
    route.preHandler = [route.preHandler ?? []].flat().concat(async ({ body }) => {
      const given = body as Readonly<Record<string, unknown>>
      for (const field of fields) {
        const url = given[field]
        if (typeof url === 'string') await judge(url)
      }
    })
  })
}
