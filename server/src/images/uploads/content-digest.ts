import { Failure } from '@rendition/contract'

/** A digest that was said of bytes to come. */
export interface Digest {
  algorithm: 'sha256' | 'sha512'
  digest: Buffer
}

/** Of RFC 9530 those that are no longer broken, the one that is known of every image first. */
const known = [
  ['sha-256', 'sha256', 32],
  ['sha-512', 'sha512', 64],
] as const

/** A dictionary of RFC 8941 whose values are bytes: `sha-256=:…:, sha-512=:…:`. */
export const digestMember = /[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):[ \t]*/
const member = new RegExp(`^${digestMember.source}$`)

/**
 * Reads `Content-Digest` or `Repr-Digest` (RFC 9530): null where nothing is said, or only by algorithms that are not known here, which
 * are to be ignored. Throws `invalid_request`.
 */
export function readDigest(name: string, header: string | undefined): Digest | null {
  if (header === undefined || header.trim() === '') return null
  const said = new Map<string, Buffer>()
  for (const each of header.split(',')) {
    const [, algorithm, value] = member.exec(each) ?? []
    if (algorithm === undefined || value === undefined) throw refused(name)
    said.set(algorithm, Buffer.from(value, 'base64'))
  }
  for (const [called, algorithm, bytes] of known) {
    const digest = said.get(called)
    if (digest === undefined) continue
    if (digest.length !== bytes) throw refused(name)
    return { algorithm, digest }
  }
  return null
}

function refused(name: string): Failure {
  const message = 'must be as RFC 9530 has it, such as sha-256=:…: with the digest in base64'
  return new Failure('invalid_request', undefined, { errors: [{ path: name, message }] })
}
