import { join } from 'node:path'
import type { StorageKey } from './key.ts'

/**
 * Where a key lies below the root. One folder with an entry for each of millions of images cannot be listed or
 * backed up well, so the second segment of a key gets a folder of its first characters in between:
 * `images/0192ab3c-…/original` lies at `images/@0192ab/0192ab3c-…/original`.
 *
 * Ids are UUIDv7, which begin with the time: six hex digits are 4.7 hours, some 1,900 folders a year, and at ten
 * uploads a second 170,000 entries in each. As the shard is a prefix of the names in it, order by path stays order
 * by key. No segment of a key begins with `@`, so a shard can never be taken for one; names too short to be cut
 * lie beside the shards.
 */
const shardLength = 6
export const shardMark = '@'

export function shardOf(segment: string): string | undefined {
  return segment.length < shardLength ? undefined : shardMark + segment.slice(0, shardLength)
}

export function pathOf(root: string, key: StorageKey): string {
  return join(root, ...placeOf(key.split('/')))
}

/** The folders and the name for the segments of a key, or of the beginning of one. */
export function placeOf(segments: readonly string[]): string[] {
  const shard = segments[1] === undefined ? undefined : shardOf(segments[1])
  return shard === undefined ? [...segments] : [segments[0] ?? '', shard, ...segments.slice(1)]
}
