import { createHash } from 'node:crypto'
import type { Ingest } from './ingest.ts'
import type { ManifestEntry } from './manifest.ts'
import type { Outcome } from './tally.ts'

type Made = Awaited<ReturnType<Ingest['uploads']['imported']>>

/** By what a file is known again: its old id, or its place. */
export interface Sources {
  first: string
  /** Where `first` became an image of somebody else: a file may become one of several accounts, of each once. */
  own: string | null
}

export const sourcesOf = (
  place: string,
  { file, oldId }: ManifestEntry,
  accountId: string | null,
): Sources => {
  const first = clipped(oldId === null ? `file ${place} ${file}` : `id ${oldId}`)
  return { first, own: accountId === null ? null : clipped(`${first} of ${accountId}`) }
}

/** All under which something may have been made of it. */
export const allOf = ({ first, own }: Sources): string[] => (own === null ? [first] : [first, own])

/** The image that was made of it before, or the source under which it is to be taken over. */
export function standingOf(
  made: Made,
  { first, own }: Sources,
  { oldId }: ManifestEntry,
  accountId: string | null,
): { imageId: string } | { source: string } {
  const known = made.get(first)
  if (known === undefined) return { source: first }
  // An old id is one picture's, whosever it became.
  if (oldId !== null || known.ownerId === accountId) return { imageId: known.imageId }
  if (own === null) return { source: first }
  const ofOwn = made.get(own)
  return ofOwn === undefined ? { source: own } : { imageId: ofOwn.imageId }
}

export const outcomeOf = (
  { file, oldId }: ManifestEntry,
  is: string,
  { facts, ...more }: Partial<Outcome> = {},
): Outcome => ({
  subject: file,
  is,
  ...more,
  facts: { file, ...(oldId === null ? {} : { oldId }), ...facts },
})

/** Characters of a place that an index takes, however they are encoded. */
const longestSource = 600

const clipped = (text: string): string =>
  text.length <= longestSource ? text : `sha256 ${createHash('sha256').update(text).digest('hex')}`
