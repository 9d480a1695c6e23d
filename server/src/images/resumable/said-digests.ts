import { readDigest } from '../uploads/content-digest.ts'
import { type Checksum, readChecksum } from './checksum.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** What is said of the body of a request, by tus and by HTTP: both must hold. */
export function checksumsOf(headers: Headers): Checksum[] {
  const checksum = readChecksum(headers['upload-checksum'])
  const digest = readDigest('Content-Digest', headers['content-digest'])
  return [
    ...(checksum === null ? [] : [checksum]),
    ...(digest === null ? [] : [{ ...digest, refusal: 'digest_mismatch' as const }]),
  ]
}

/** What is said of the whole file when it is begun; of other algorithms nothing is known. */
export function wholeDigestOf(headers: Headers): string | null {
  const said = readDigest('Repr-Digest', headers['repr-digest'])
  return said?.algorithm === 'sha256' ? said.digest.toString('hex') : null
}
