import { isPassing } from './passing.ts'

/**
 * How a delivery URL is signed: HMAC-SHA256 over one canonical text, so that the server (node:crypto) and any
 * client (WebCrypto) come to the same URL. Pure: no I/O, no clock, no crypto library.
 */

/** Names of the two parameters that carry the signature. */
export const expiryParameter = 'exp'
export const signatureParameter = 'sig'

/** Keeps a signature for this purpose from being valid for any other use of the same secret. */
const purpose = 'rendition-delivery-1'

/** A key's public name: it stands in front of the signature, so that keys can be rotated. */
export const signingKeyIdPattern = /^[A-Za-z0-9_-]{1,32}$/

const byCodeUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/**
 * The text that is signed: purpose, path, and the decoded parameters without `sig` and what passes by (`utm_source` that
 * a newsletter adds), sorted and encoded again in one way. So neither the order nor the percent-encoding of a URL
 * matters, and every value does. A switch without a value (`?grayscale`) is signed as what it means, `grayscale=true`.
 */
export function signatureBase(imageId: string, query: Iterable<readonly [string, string]>): string {
  const pairs: string[] = []
  for (const [name, value] of query) {
    if (name === signatureParameter || isPassing(name)) continue
    pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  }
  return `${purpose}\n${deliveryPath(imageId)}\n${pairs.sort(byCodeUnits).join('&')}`
}

/** Where an image is delivered, below the public address. */
export const deliveryPath = (imageId: string): string => `/images/${imageId}`

/**
 * When a URL signed now stops working, in Unix seconds: between one and two windows from now, and the same number
 * for a whole window, so that a page loaded twice names the same URL and caches hit. The edge of the window differs
 * from image to image: with one edge for all, every URL of a site would change, and miss, at the same moment.
 */
export function signatureExpiry(imageId: string, nowMs: number, windowMs: number): number {
  const window = Math.max(1, Math.round(windowMs / 1000))
  const phase = phaseOf(imageId) % window
  const now = Math.floor(nowMs / 1000)
  return (Math.floor((now - phase) / window) + 2) * window + phase
}

/** A number from the id's text: FNV-1a, 32 bits. */
function phaseOf(imageId: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < imageId.length; at += 1) {
    hash = Math.imul(hash ^ imageId.charCodeAt(at), 0x01000193)
  }
  return hash >>> 0
}

/** The value of `sig`: the key's name and the MAC, base64url without padding. */
export const formatSignature = (keyId: string, mac: string): string => `${keyId}.${mac}`

/** The two parts of `sig`, or null when it cannot be one. */
export function parseSignature(sig: string): { keyId: string; mac: string } | null {
  const match = /^([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9_-]{43})$/.exec(sig)
  return match?.[1] && match[2] ? { keyId: match[1], mac: match[2] } : null
}
