import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Keeps small secrets so that the database alone does not give them away. */
export interface Sealing {
  /** Bound to `of` (the account): what is sealed for one does not open for another. */
  seal(text: string, of: string): Buffer
  /** null when it was sealed with other secrets, or for somebody else. */
  open(sealed: Buffer, of: string): string | null
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM under a key from the installation's own secrets, which lie beside the database and not in it. */
export function createSealing(secret: string, purpose: string): Sealing {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  return {
    seal(text, of) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(of))
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, of) {
      if (sealed.length < nonceBytes + tagBytes) return null
      const nonce = sealed.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(of)).setAuthTag(sealed.subarray(-tagBytes))
      try {
        const text = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
