import { createHmac, timingSafeEqual } from 'node:crypto'
import { Failure, type Visibility } from '@rendition/contract'
import {
  deliveryPath,
  expiryParameter,
  formatSignature,
  parseSignature,
  signatureBase,
  signatureExpiry,
  signatureParameter,
  signingKeyIdPattern,
} from '@rendition/contract/delivery'
import type { Clock } from '../clock.ts'
import { queryPairs } from './query-pairs.ts'

export { queryPairs }

/** One HMAC key. The secret's UTF-8 bytes are the key, in every language that signs. */
export interface SigningKey {
  id: string
  secret: string
}

export interface UrlSignerOptions {
  /** The first signs, all verify: to rotate, put the new key first and drop the old one a window later. */
  keys: readonly SigningKey[]
  /** Scheme, host and path in front of `/images`, without a slash at the end; empty for relative URLs. */
  publicUrl: string
  /** A signed URL stays the same for this long, and works for one to two times as long. */
  windowMs: number
  clock: Clock
}

/** What a query says of itself. */
export interface SignatureVerdict {
  signed: boolean
  /** Unix seconds; null when not signed. */
  expiresAt: number | null
}

export interface ImageUrlRequest {
  imageId: string
  visibility: Visibility
  /** Becomes `v`, which makes the answer immutable; left out, the URL follows the current version. */
  version?: number
  /** Parameters as in a delivery URL, without `v`, `exp` and `sig`. */
  query?: Readonly<Record<string, string | number | boolean>>
}

export interface UrlSigner {
  /**
   * The public URL of a picture. Private images are signed; public ones are plain for what anyone may ask
   * (the current version, presets) and signed for the rest.
   */
  imageUrl(request: ImageUrlRequest): string
  /** The same without a signature: for what the caller knows to be open. */
  plainUrl(request: Omit<ImageUrlRequest, 'visibility'>): string
  /** Signs a query for anyone to use, whatever the visibility. */
  signedUrl(request: Omit<ImageUrlRequest, 'visibility'>): string
  /**
   * Judges a query as it came (`a=b&c=d`, no question mark) before anything else reads it.
   * Throws `signature_invalid`, `signature_expired`, or `signature_required` for an expiry without a signature.
   */
  verify(imageId: string, query: string): SignatureVerdict
  /** The public URL of a job's result that is kept until then: whoever has it may have the picture. */
  resultUrl(jobId: string, expiresAt: Date): string
  /** Judges what such a URL says of itself. Throws `signature_invalid`, and `result_expired` after its time. */
  verifyResult(jobId: string, claim: ResultClaim): void
}

/** What exports are downloaded with. */
export interface ExportSigner {
  /** The public URL of a prepared archive, until then: whoever has it may download it while it is there. */
  exportUrl(exportId: string, expiresAt: Date): string
  /** Judges what such a URL says of itself. Throws `signature_invalid`, and `signature_expired` after its time. */
  verifyExport(exportId: string, claim: ResultClaim): void
}

/** What shares are opened with. */
export interface ShareSigner {
  /** What shows later that somebody was let in to a share, as it was then. */
  sharePass(share: string, expiresAt: Date): string
  /** Whether a pass was given for this share as it now is, and holds still. */
  isSharePass(share: string, pass: string): boolean
  /** Where guests look at a share. */
  shareUrl(token: string): string
}

/** What the URL of a result says of itself. */
export interface ResultClaim {
  exp?: string | undefined
  sig?: string | undefined
}

const unsigned: SignatureVerdict = { signed: false, expiresAt: null }
/** 128 bits: below that a secret can be guessed offline from one URL. */
const shortestSecret = 16

/** Signs and verifies delivery URLs (HMAC-SHA256 over the contract's canonical text). Throws on unusable keys. */
export function createUrlSigner(options: UrlSignerOptions): UrlSigner & ShareSigner & ExportSigner {
  const { clock, windowMs, publicUrl } = options
  const [current] = options.keys
  if (current === undefined) throw new Error('URL signing needs at least one key')
  const secrets = new Map<string, Buffer>()
  for (const { id, secret } of options.keys) {
    const bytes = Buffer.from(secret, 'utf8')
    if (!signingKeyIdPattern.test(id)) throw new Error('a signing key id is 1 to 32 of A-Z a-z 0-9 _ -')
    if (bytes.length < shortestSecret) throw new Error(`the signing secret ${id} has under 16 bytes`)
    if (secrets.has(id)) throw new Error(`the signing key id ${id} stands twice`)
    secrets.set(id, bytes)
  }
  const mac = (secret: Buffer, base: string): Buffer => createHmac('sha256', secret).update(base).digest()
  /** Whether one of our keys signed this text. */
  const isSigned = (sig: string, base: string): boolean => {
    const parsed = parseSignature(sig)
    const secret = parsed === null ? undefined : secrets.get(parsed.keyId)
    if (parsed === null || secret === undefined) return false
    const expected = mac(secret, base)
    const received = Buffer.from(parsed.mac, 'base64url')
    return received.length === expected.length && timingSafeEqual(received, expected)
  }
  const currentSecret = Buffer.from(current.secret, 'utf8')

  const parametersOf = (request: Omit<ImageUrlRequest, 'visibility'>): URLSearchParams => {
    const parameters = new URLSearchParams()
    if (request.version !== undefined) parameters.set('v', String(request.version))
    for (const [name, value] of Object.entries(request.query ?? {})) parameters.set(name, String(value))
    return parameters
  }
  const format = (imageId: string, parameters: URLSearchParams): string => {
    const query = parameters.toString()
    return `${publicUrl}${deliveryPath(imageId)}${query === '' ? '' : `?${query}`}`
  }
  const sign = (imageId: string, parameters: URLSearchParams): string => {
    parameters.set(expiryParameter, String(signatureExpiry(imageId, clock.now().getTime(), windowMs)))
    const signature = mac(currentSecret, signatureBase(imageId, parameters)).toString('base64url')
    parameters.set(signatureParameter, formatSignature(current.id, signature))
    return format(imageId, parameters)
  }

  /** A URL of ours that is no picture's, good until then. */
  const signPath = (purpose: Purpose, path: string, expiresAt: Date): string => {
    const exp = Math.ceil(expiresAt.getTime() / 1000)
    const signature = mac(currentSecret, pathBase(purpose, path, exp)).toString('base64url')
    const sig = formatSignature(current.id, signature)
    return `${publicUrl}${path}?${expiryParameter}=${exp}&${signatureParameter}=${sig}`
  }
  /** Whether its time is over. Throws `signature_invalid`. */
  const isOver = (purpose: Purpose, path: string, { exp, sig }: ResultClaim): boolean => {
    if (exp === undefined || sig === undefined || !/^\d{1,12}$/.test(exp)) {
      throw new Failure('signature_invalid')
    }
    if (!isSigned(sig, pathBase(purpose, path, Number(exp)))) throw new Failure('signature_invalid')
    return Number(exp) * 1000 <= clock.now().getTime()
  }

  return {
    imageUrl(request) {
      const parameters = parametersOf(request)
      const plain = request.visibility === 'public' && isOpen(parameters)
      return plain ? format(request.imageId, parameters) : sign(request.imageId, parameters)
    },
    plainUrl: (request) => format(request.imageId, parametersOf(request)),
    signedUrl: (request) => sign(request.imageId, parametersOf(request)),
    verify(imageId, query) {
      if (!query.includes(signatureParameter) && !query.includes(expiryParameter) && !query.includes('%')) {
        return unsigned
      }
      // As they are read, or a bare switch could be turned off behind its signature by an equals sign.
      const parameters = queryPairs(query)
      const all = (name: string): string[] =>
        parameters.flatMap(([key, value]) => (key === name ? [value] : []))
      const given = all(signatureParameter)
      const [expiry, ...moreExpiries] = all(expiryParameter)
      if (given.length === 0 && expiry === undefined) return unsigned
      if (given.length === 0)
        throw new Failure('signature_required', 'The URL has an expiry but no signature.')
      const [sig, ...moreSignatures] = given
      if (sig === undefined || expiry === undefined || moreSignatures.length + moreExpiries.length > 0) {
        throw new Failure('signature_invalid')
      }
      if (!isSigned(sig, signatureBase(imageId, parameters))) throw new Failure('signature_invalid')
      // The MAC covers it, so only our own number gets here; a strange one is still refused.
      if (!/^\d{1,12}$/.test(expiry)) throw new Failure('signature_invalid')
      const expiresAt = Number(expiry)
      if (expiresAt * 1000 <= clock.now().getTime()) throw new Failure('signature_expired')
      return { signed: true, expiresAt }
    },
    resultUrl: (jobId, expiresAt) => signPath('rendition-result-1', resultPath(jobId), expiresAt),
    verifyResult(jobId, claim) {
      if (isOver('rendition-result-1', resultPath(jobId), claim)) throw new Failure('result_expired')
    },
    exportUrl: (exportId, expiresAt) => signPath('rendition-export-1', exportPath(exportId), expiresAt),
    verifyExport(exportId, claim) {
      if (isOver('rendition-export-1', exportPath(exportId), claim)) throw new Failure('signature_expired')
    },
    sharePass(share, expiresAt) {
      const exp = Math.floor(expiresAt.getTime() / 1000)
      const signature = mac(currentSecret, passBase(share, exp)).toString('base64url')
      return `${exp}~${formatSignature(current.id, signature)}`
    },
    isSharePass(share, pass) {
      const [, exp, sig] = /^(\d{1,12})~(.+)$/.exec(pass) ?? []
      if (exp === undefined || sig === undefined) return false
      return Number(exp) * 1000 > clock.now().getTime() && isSigned(sig, passBase(share, Number(exp)))
    },
    shareUrl: (token) => `${publicUrl}/s/${token}`,
  }
}

/** What is signed to let guests in to a share; it begins as no other text that is signed. */
const passBase = (share: string, exp: number): string =>
  `rendition-share-1\n${share}\n${expiryParameter}=${exp}`

/** Where a job's result is given, below the public address. */
const resultPath = (jobId: string): string => `/api/jobs/${jobId}/result`

/** Where an export's archive is given, below the public address. */
const exportPath = (exportId: string): string => `/api/exports/${exportId}/archive`

type Purpose = 'rendition-result-1' | 'rendition-export-1'
/** What is signed of a path. It begins as no other text that is signed, so no signature is good for another's. */
const pathBase = (purpose: Purpose, path: string, exp: number): string =>
  `${purpose}\n${path}\n${expiryParameter}=${exp}`

/** What anyone may ask of a public image without knowing the server's width ladder. */
function isOpen(parameters: URLSearchParams): boolean {
  for (const name of parameters.keys()) if (name !== 'preset' && name !== 'set' && name !== 'v') return false
  return true
}
