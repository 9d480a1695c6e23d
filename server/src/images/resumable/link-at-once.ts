import type { ImageRecord } from '../store/rows.ts'
import { findSameBytes } from '../store/same-bytes.ts'
import type { ResumableDeps } from './deps.ts'
import type { Described } from './metadata.ts'

/**
 * The image that an upload is before anything of it is sent, where its client knows the hash and links to what is there; null where there is
 * none, or more becomes of it than a link: it goes into an album with its bytes, as the one path of all doors has it.
 */
export async function findLinked(
  { db, uploadDuplicates }: Pick<ResumableDeps, 'db' | 'uploadDuplicates'>,
  ownerId: string,
  about: {
    sha256: string
    size: number | undefined
    said: Pick<Described, 'duplicates' | 'folders' | 'unpack'>
  },
): Promise<ImageRecord | null> {
  const { sha256, size, said } = about
  if ((said.duplicates ?? uploadDuplicates) !== 'link' || said.folders === 'album' || said.unpack) return null
  const known = await findSameBytes(db, ownerId, sha256)
  return known?.current.original.size === size ? known : null
}
