import { type Folders, mostTags } from '@rendition/contract'
import { ensureAlbum } from '../albums/create-albums.ts'
import { ownAlbumLocked } from '../albums/own-album.ts'
import type { IntoAlbum, NewImageFields } from './create-image.ts'

/** Of a tag and of an album's name, in characters. */
const [longestTag, longestAlbum] = [64, 200]

type PlaceDeps = Parameters<typeof ensureAlbum>[0]

/** The folders of a relative path, from the outermost; none for a name alone. Steps to nowhere are left out. */
export const foldersIn = (path: string): string[] =>
  path
    .split(/[\\/]/)
    .slice(0, -1)
    .map((part) => part.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '').trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..')

/** What folders make of an image's fields: tags, or an album of their path, which is made where there is none. */
export async function placeInFolder<T extends Pick<NewImageFields, 'tags' | 'came'>>(
  deps: PlaceDeps,
  ownerId: string,
  fields: T,
  folders: Folders,
  path: string,
): Promise<T & Pick<NewImageFields, 'into'>> {
  const names = foldersIn(path)
  if (folders === 'none' || names.length === 0) return fields
  if (folders === 'tags') {
    const more = names.map((name) => name.replaceAll(',', ' ').slice(0, longestTag).trim())
    return { ...fields, tags: [...new Set([...fields.tags, ...more])].slice(0, mostTags) }
  }
  // Of a long path the end tells more.
  const albumId = await ensureAlbum(
    deps,
    ownerId,
    names.join('/').slice(-longestAlbum).trim(),
    fields.came.doer,
  )
  const into: IntoAlbum = {
    find: async () => albumId,
    hold: (tx) => ownAlbumLocked(tx, { userId: ownerId, role: 'user' }, albumId),
  }
  return { ...fields, into }
}
