import { createPublicKey, verify } from 'node:crypto'
import { type ReceiptClaims, receiptClaimsSchema } from '@rendition/contract'
import { z } from 'zod'
import { receiptType } from './signing-key.ts'

const headSchema = z.object({ alg: z.literal('EdDSA'), typ: z.literal(receiptType), kid: z.string() })

const keySchema = z.object({
  kid: z.string(),
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
})
export const receiptKeysSchema = z.object({ keys: z.array(z.object({ kid: z.string() }).loose()).max(1_000) })
export type ReceiptKeys = z.infer<typeof receiptKeysSchema>

/** What a receipt says, when one of the keys signed it as it is. Throws a sentence for people otherwise. */
export function verifyReceipt(jws: string, { keys }: ReceiptKeys): ReceiptClaims {
  const [head, payload, signature, ...more] = jws.trim().split('.')
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new Error('This is no receipt: it has not the three parts of a JSON Web Signature.')
  }
  const named = headSchema.safeParse(decoded(head))
  if (!named.success) throw new Error(`This is no receipt: its header is not that of ${receiptType}.`)
  const { kid } = named.data
  const known = keySchema.safeParse(keys.find((key) => key.kid === kid))
  if (!known.success) {
    throw new Error(`No key ${kid} is among the given ones: another installation signed it, or nobody.`)
  }
  const { kty, crv, x } = known.data
  const key = createPublicKey({ key: { kty, crv, x }, format: 'jwk' })
  if (!verify(null, Buffer.from(`${head}.${payload}`), key, Buffer.from(signature, 'base64url'))) {
    throw new Error('The signature does not fit: the receipt was changed, or somebody else made it.')
  }
  const claims = receiptClaimsSchema.safeParse(decoded(payload))
  if (!claims.success) throw new Error('It is signed, and does not say what a receipt says.')
  return claims.data
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
