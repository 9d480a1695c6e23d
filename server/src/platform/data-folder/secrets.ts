import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { writeFileDurably } from '../storage/durable.ts'

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

const signingKeySchema = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  alg: z.literal('EdDSA'),
  use: z.literal('sig'),
  kid: z.string().min(1),
  x: base64url,
  d: base64url,
})

const ringKeySchema = z.object({
  id: z.string().regex(/^[a-z0-9]{1,16}$/),
  secret: base64url.min(43).describe('At least 32 bytes, base64url.'),
})

const secretsSchema = z.object({
  v: z.literal(1),
  /** Private keys that sign access tokens; the first one signs, all of them are published. */
  signingKeys: z.array(signingKeySchema).min(1),
  /** Keys that sign delivery URLs; the first one signs, all of them verify. */
  urlKeys: z.array(ringKeySchema).min(1),
  /** What seals the secrets of second steps, which the database holds. */
  pepper: base64url.min(43),
})

/** An Ed25519 private key as a JWK. */
export type SigningKey = z.infer<typeof signingKeySchema>
export type RingKey = z.infer<typeof ringKeySchema>
export type Secrets = z.infer<typeof secretsSchema>

/**
 * The secrets of an installation, made at the first start and kept in `secrets.json`, mode 0600. Losing them signs
 * everybody out, ends every signed URL, and voids the apps of two-step sign-in (not their recovery codes). Throws on a damaged file rather than making new ones.
 */
export async function loadSecrets(folder: string): Promise<Secrets> {
  const path = join(folder, 'secrets.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    const secrets = await createSecrets()
    await writeFileDurably(path, `${JSON.stringify(secrets, null, 2)}\n`)
    return secrets
  }
  // A copy or a restore may have opened the file to others.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return parseSecrets(text, path)
}

/** Reads the text of a `secrets.json`; `path` names it in the message when it is not valid. */
export function parseSecrets(text: string, path: string): Secrets {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${path} is not JSON. Restore it, or remove it to have new secrets made.`)
  }
  const parsed = secretsSchema.safeParse(value)
  if (!parsed.success) {
    // The faults, never the values.
    throw new Error(`${path} is not valid:\n${z.prettifyError(parsed.error)}`)
  }
  return parsed.data
}

/** New secrets, for processes that share them. */
export async function createSecrets(): Promise<Secrets> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const jwk = await exportJWK(privateKey)
  return secretsSchema.parse({
    v: 1,
    signingKeys: [{ ...jwk, alg: 'EdDSA', use: 'sig', kid: randomUUID() }],
    urlKeys: [{ id: randomBytes(4).toString('hex'), secret: randomBytes(32).toString('base64url') }],
    pepper: randomBytes(32).toString('base64url'),
  })
}
