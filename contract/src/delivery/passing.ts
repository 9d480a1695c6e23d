/**
 * Parameters that other software hangs onto any URL it meets: cache busters, and the marks of campaigns and ad clicks.
 * They say nothing about the picture, so a delivery URL answers as if they were not there, and a signature holds with
 * them. The list is part of the documentation (docs/delivery.md): a name that is not here stays a typing error.
 */
export const passingParameters = [
  '_',
  'cachebust',
  'cb',
  'dclid',
  'fbclid',
  'gad_source',
  'gbraid',
  'gclid',
  'gclsrc',
  'igshid',
  'mc_cid',
  'mc_eid',
  'mkt_tok',
  'msclkid',
  'ttclid',
  'twclid',
  'wbraid',
  'yclid',
  '_ga',
  '_gl',
  '_hsenc',
  '_hsmi',
] as const

/** Families of such names. */
export const passingPrefixes = ['utm_'] as const

const known: ReadonlySet<string> = new Set(passingParameters)

/** Whether a query parameter of a delivery URL is passed over. Case matters, as everywhere in a query. */
export function isPassing(name: string): boolean {
  return known.has(name) || passingPrefixes.some((prefix) => name.startsWith(prefix))
}
