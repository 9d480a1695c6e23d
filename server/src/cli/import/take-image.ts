import { createHash } from 'node:crypto'
import { basename } from 'node:path/posix'
import { setTimeout as pause } from 'node:timers/promises'
import { type DuplicatePolicy, type Folders, isFailure, type Role } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { scopesOf } from '../../platform/http/rights.ts'
import type { Originals } from '../../platform/storage/index.ts'
import type { Ingest } from './ingest.ts'
import type { ManifestEntry } from './manifest.ts'
import type { Outcome } from './tally.ts'

/** What is said of all files. */
export interface How {
  /** Of entries that name none. */
  owner: string | undefined
  folders: Folders
  duplicates: DuplicatePolicy | undefined
}

export interface TakeImageParts {
  ingest: Pick<Ingest, 'uploads' | 'findAccount'>
  originals: Pick<Originals, 'place' | 'open'>
  how: How
  /** Of a dry run. */
  foresight: ReturnType<Ingest['uploads']['foresee']> | null
  /** Milliseconds before each further try where something of ours is away or busy; the last failure ends the run. */
  pauses: readonly number[]
  signal: AbortSignal
}

/**
 * Takes one file in by the way of uploads: judged, counted against quotas, told of and made into renditions as one that a
 * client sends. Gives what was refused; throws what is not the file's fault and does not pass, which comes again with the next one.
 */
export async function takeImage(parts: TakeImageParts, entry: ManifestEntry): Promise<Outcome> {
  for (const pauseMs of parts.pauses) {
    try {
      return await take(parts, entry)
    } catch (error) {
      // What a busy machine, or a server that is started again, says for a while.
      if (!isFailure(error, 'unavailable') && !isFailure(error, 'overloaded')) throw error
      await pause(pauseMs, undefined, { signal: parts.signal })
    }
  }
  return take(parts, entry)
}

async function take(parts: TakeImageParts, entry: ManifestEntry): Promise<Outcome> {
  const { ingest, originals, how, signal } = parts
  const { file, oldId } = entry
  const facts = { file, ...(oldId === null ? {} : { oldId }) }
  const outcome = (is: string, more: Partial<Outcome> = {}): Outcome => ({
    subject: file,
    is,
    ...more,
    facts: { ...facts, ...more.facts },
  })
  const source = sourceOf(oldId === null ? `file ${originals.place} ${file}` : `id ${oldId}`)
  const known = await ingest.uploads.imported(source)
  if (known !== null && oldId !== null) return outcome('known', { facts: { imageId: known.imageId } })
  const owner = entry.owner ?? how.owner
  if (owner === undefined) return outcome('refused', { note: 'it names no owner, and there is no --owner' })
  const account = await ingest.findAccount(owner)
  if (account === null) return outcome('refused', { note: `there is no account ${owner}` })
  // A file may become an image of several accounts, of each once.
  const ofAnother = known !== null && known.ownerId !== account.id
  const own = ofAnother ? sourceOf(`${source} of ${account.id}`) : source
  const before = ofAnother ? await ingest.uploads.imported(own) : known
  if (before !== null) return outcome('known', { facts: { imageId: before.imageId } })
  if (account.role === 'viewer') return outcome('refused', { note: `${owner} is a viewer and may only read` })
  try {
    const { is, imageId } = await upload(parts, entry, principalOf(account), own)
    return outcome(is, imageId === null ? {} : { facts: { imageId } })
  } catch (error) {
    if (!isFailure(error) || error.status >= 500 || signal.aborted) throw error
    // Taken meanwhile, by another import or for the same line once more: judged by what is known now.
    if ((await ingest.uploads.imported(own)) !== null) return take(parts, entry)
    return outcome('refused', { note: error.detail, facts: { code: error.code } })
  }
}

/** Characters of a place that an index takes, however they are encoded. */
const longestSource = 600

/** By what a file is known again. */
const sourceOf = (text: string): string =>
  text.length <= longestSource ? text : `sha256 ${createHash('sha256').update(text).digest('hex')}`

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
