import { basename } from 'node:path/posix'
import { type DuplicatePolicy, type Folders, isFailure, type Role } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { scopesOf } from '../../platform/http/rights.ts'
import type { Originals } from '../../platform/storage/index.ts'
import type { Ingest } from './ingest.ts'
import { allOf, outcomeOf, sourcesOf, standingOf } from './known.ts'
import type { ManifestEntry } from './manifest.ts'
import { type Patience, patiently } from './patiently.ts'
import type { Outcome } from './tally.ts'

/** What is said of all files. */
export interface How {
  /** Of entries that name none. */
  owner: string | undefined
  folders: Folders
  duplicates: DuplicatePolicy | undefined
}

export interface TakeImageParts extends Patience {
  ingest: Pick<Ingest, 'uploads' | 'findAccount'>
  originals: Pick<Originals, 'place' | 'open'>
  how: How
  /** Of a dry run. */
  foresight: ReturnType<Ingest['uploads']['foresee']> | null
}

/**
 * Takes one file in by the way of uploads: judged, counted against quotas, told of and made into renditions as one that a
 * client sends. Gives what was refused; throws what is not the file's fault and does not pass, which comes again with the next one.
 */
export async function takeImage(parts: TakeImageParts, entry: ManifestEntry): Promise<Outcome> {
  return patiently(parts, () => take(parts, entry))
}

async function take(parts: TakeImageParts, entry: ManifestEntry): Promise<Outcome> {
  const { ingest, originals, how, signal } = parts
  const outcome = (is: string, more: Partial<Outcome> = {}): Outcome => outcomeOf(entry, is, more)
  const owner = entry.owner ?? how.owner
  const account = owner === undefined ? null : await ingest.findAccount(owner)
  const sources = sourcesOf(originals.place, entry, account?.id ?? null)
  const made = await ingest.uploads.imported(allOf(sources))
  const standing = standingOf(made, sources, entry, account?.id ?? null)
  if ('imageId' in standing) return outcome('known', { facts: standing })
  if (owner === undefined) return outcome('refused', { note: 'it names no owner, and there is no --owner' })
  if (account === null) return outcome('refused', { note: `there is no account ${owner}` })
  if (account.role === 'viewer') return outcome('refused', { note: `${owner} is a viewer and may only read` })
  const { source } = standing
  try {
    const { is, imageId } = await upload(parts, entry, principalOf(account), source)
    return outcome(is, imageId === null ? {} : { facts: { imageId } })
  } catch (error) {
    if (!isFailure(error) || error.status >= 500 || signal.aborted) throw error
    // Taken meanwhile, by another import or for the same line once more: judged by what is known now.
    if ((await ingest.uploads.imported([source])).has(source)) return take(parts, entry)
    return outcome('refused', { note: error.detail, facts: { code: error.code } })
  }
}

/** What became of it; without an id for a dry run, which reads and judges the file all the same. */
async function upload(
  { ingest, originals, how, foresight, signal }: TakeImageParts,
  entry: ManifestEntry,
  principal: Principal,
  source: string,
): Promise<{ is: string; imageId: string | null }> {
  const session = await ingest.uploads.open(principal, signal)
  try {
    const original = await originals.open(entry.file, signal)
    try {
      await session.receive(entry.originalName ?? basename(entry.file), original, entry.path ?? entry.file)
    } finally {
      // What is refused is otherwise read to its end, as a form has to be.
      original.destroy()
    }
    const { folders, duplicates } = how
    if (foresight !== null) {
      const file = session.takeOne()
      await file.draft.discard()
      const foreseen = await foresight.judge(principal.userId, file, duplicates)
      return { is: foreseen === 'linked' ? 'would be linked' : 'would be imported', imageId: null }
    }
    const { visibility, tags, altText, uploadedAt } = entry
    const before = { source, altText, uploadedAt }
    const answer = await session.finish({ visibility, tags, folders, duplicates, webhookUrl: null, before })
    if ('many' in answer) throw new Error('one file became several images')
    return { is: answer.linked ? 'linked' : 'imported', imageId: answer.one.id }
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
