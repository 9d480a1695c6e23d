import { isFailure } from '@rendition/contract'
import type { ExportedImage, SearchLine } from '../../images/index.ts'
import type { Originals } from '../../platform/storage/index.ts'
import type { ExportedAlbum } from './exported-lines.ts'
import type { Ingest } from './ingest.ts'
import type { Outcome } from './tally.ts'

export interface TakeExportedParts {
  ingest: Pick<Ingest, 'restore'>
  archive: Originals
  ownerId: string
  signal: AbortSignal
}

/** Brings one image back. Gives what was refused; throws what is not the image's fault. */
export async function takeExported(
  { ingest, archive, ownerId, signal }: TakeExportedParts,
  exported: ExportedImage | Outcome,
): Promise<Outcome> {
  if ('is' in exported) return exported
  const { id: imageId, name } = exported.image
  const open = (file: string) => archive.open(file, signal)
  return outcomeOf(signal, { subject: name, facts: { imageId } }, () =>
    ingest.restore.image({ ownerId, exported, open, signal }),
  )
}

/** The same of an album. */
export async function takeAlbum(
  { ingest, ownerId, signal }: TakeExportedParts,
  exported: ExportedAlbum | Outcome,
): Promise<Outcome> {
  if ('is' in exported) return exported
  const { album, imageIds } = exported
  return outcomeOf(signal, { subject: `album ${album.name}`, facts: { albumId: album.id } }, () =>
    ingest.restore.album(ownerId, album, imageIds),
  )
}

/** The same of a saved search. */
export async function takeSearch(
  { ingest, ownerId, signal }: TakeExportedParts,
  exported: SearchLine | Outcome,
): Promise<Outcome> {
  if ('subject' in exported) return exported
  const { id: searchId, name } = exported
  return outcomeOf(signal, { subject: `search ${name}`, facts: { searchId } }, () =>
    ingest.restore.search(ownerId, exported),
  )
}

async function outcomeOf(
  signal: AbortSignal,
  of: Pick<Outcome, 'subject' | 'facts'>,
  work: () => Promise<'restored' | 'known'>,
): Promise<Outcome> {
  try {
    return { ...of, is: await work() }
  } catch (error) {
    if (!isFailure(error) || error.status >= 500 || signal.aborted) throw error
    return { ...of, is: 'refused', note: error.detail, facts: { ...of.facts, code: error.code } }
  }
}
