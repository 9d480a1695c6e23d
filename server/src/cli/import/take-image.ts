import { basename } from 'node:path/posix'
import { isFailure, type Role } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { scopesOf } from '../../platform/http/rights.ts'
import type { Originals } from '../../platform/storage/index.ts'
import type { Ingest } from './ingest.ts'
import type { ManifestEntry } from './manifest.ts'
import type { Outcome } from './tally.ts'

export interface TakeImageParts {
  ingest: Pick<Ingest, 'uploads' | 'findAccount'>
  originals: Originals
  /** Of entries that name none. */
  owner: string | undefined
  dryRun: boolean
  signal: AbortSignal
}

/**
 * Takes one file in by the way of uploads: judged, counted against quotas, told of and made into renditions as one that a
 * client sends. Gives what was refused; throws what is not the file's fault, which comes again with the next one.
 */
export async function takeImage(parts: TakeImageParts, entry: ManifestEntry): Promise<Outcome> {
  const { ingest, originals, signal } = parts
  const { file, oldId } = entry
  const facts = { file, ...(oldId === null ? {} : { oldId }) }
  const outcome = (is: string, more: Partial<Outcome> = {}): Outcome => ({
    subject: file,
    is,
    ...more,
    facts: { ...facts, ...more.facts },
  })
  const source = oldId === null ? `file ${originals.place} ${file}` : `id ${oldId}`
  const known = await ingest.uploads.imported(source)
  if (known !== null) return outcome('known', { facts: { imageId: known } })
  const owner = entry.owner ?? parts.owner
  if (owner === undefined) return outcome('refused', { note: 'it names no owner, and there is no --owner' })
  const account = await ingest.findAccount(owner)
  if (account === null) return outcome('refused', { note: `there is no account ${owner}` })
  if (account.role === 'viewer') return outcome('refused', { note: `${owner} is a viewer and may only read` })
  try {
    const imageId = await upload(parts, entry, principalOf(account), source)
    if (imageId === null) return outcome('would be imported')
    return outcome('imported', { facts: { imageId } })
  } catch (error) {
    if (!isFailure(error) || error.status >= 500 || signal.aborted) throw error
    return outcome('refused', { note: error.detail, facts: { code: error.code } })
  }
}

/** Gives the image's id; null for a dry run, which reads and judges the file all the same. */
async function upload(
  { ingest, originals, dryRun, signal }: TakeImageParts,
  entry: ManifestEntry,
  principal: Principal,
  source: string,
): Promise<string | null> {
  const session = await ingest.uploads.open(principal, signal)
  try {
    const original = await originals.open(entry.file, signal)
    try {
      await session.receive(entry.originalName ?? basename(entry.file), original)
    } finally {
      // What is refused is otherwise read to its end, as a form has to be.
      original.destroy()
    }
    if (dryRun) {
      await session.takeOne().draft.discard()
      return null
    }
    const { visibility, tags, altText, uploadedAt } = entry
    const before = { source, altText, uploadedAt }
    const answer = await session.finish({ visibility, tags, webhookUrl: null, before })
    if ('many' in answer) throw new Error('one file became several images')
    return answer.one.id
  } finally {
    await session.close()
  }
}

const principalOf = ({ id, role }: { id: string; role: Role }): Principal => ({
  userId: id,
  role,
  email: null,
  username: null,
  scopes: scopesOf(role),
  sessionId: null,
  keyId: null,
  expiresAt: null,
})
