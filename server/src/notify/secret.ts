import { randomBytes } from 'node:crypto'
import { Webhook as Signer } from 'standardwebhooks'

/** 32 random bytes; the prefix is the specification's. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

/** The three headers of Standard Webhooks 1.0; one signature for each secret that is valid now. */
export function signedHeaders(
  secrets: readonly string[],
  messageId: string,
  at: Date,
  body: string,
): Record<string, string> {
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(messageId, at, body)).join(' '),
  }
}
