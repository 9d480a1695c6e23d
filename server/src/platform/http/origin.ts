import type { FastifyRequest } from 'fastify'
import type { Origin } from '../audit.ts'
import { askedLanguage } from './languages.ts'

export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
    language: askedLanguage(request.headers['accept-language']),
  }
}
