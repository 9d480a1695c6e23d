import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto'

/** The type of a receipt: keeps any other token from passing as one. */
export const receiptType = 'erasure-receipt+jwt'

/** What the DER of an Ed25519 private key begins with, in front of its 32 bytes (RFC 8410). */
const derHead = Buffer.from('302e020100300506032b657004220420', 'hex')

export interface PublicReceiptKey {
  kid: string
  x: string
}

export interface ReceiptKey {
  public: PublicReceiptKey
  /** A JSON Web Signature in its compact form. */
  sign(claims: object): string
}

/** From the secrets that all processes of an installation share: the same everywhere, and after every start. */
export function deriveReceiptKey(secret: string): ReceiptKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'erasure-receipts-1', 32))
  const key: KeyObject = createPrivateKey({
    key: Buffer.concat([derHead, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  if (x === undefined) throw new Error('an Ed25519 key has a public half')
  // RFC 7638: the members in this order, without spaces.
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
  const head = encode({ alg: 'EdDSA', typ: receiptType, kid })
  return {
    public: { kid, x },
    sign(claims) {
      const text = `${head}.${encode(claims)}`
      return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
    },
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
