import { imageChangeSchema, textSchema } from '@rendition/contract'
import { z } from 'zod'
import { wordsOf } from '../../platform/config/words.ts'
import { oldIdSchema, oldTimeSchema } from './mongo-values.ts'

/** A file to take over, and what is known of it. */
export interface ManifestEntry {
  /** As the folder or the bucket names it, below the prefix. */
  file: string
  /** Whose folders count, where they are not those of `file`. */
  path: string | null
  /** An e-mail, an old id or a username; null for the owner of the whole import. */
  owner: string | null
  /** Of the image in the older stack. */
  oldId: string | null
  originalName: string | null
  tags: readonly string[]
  altText: string | null
  visibility: 'private' | 'public'
  uploadedAt: Date | null
}

const told = imageChangeSchema.shape

/** A mistyped field would lose what it holds for every image, so none is passed over. */
const entrySchema = z
  .strictObject({
    file: textSchema.min(1).max(1024).optional(),
    key: textSchema.min(1).max(1024).optional(),
    owner: oldIdSchema.nullish(),
    id: oldIdSchema.nullish(),
    _id: oldIdSchema.nullish(),
    name: told.originalName.nullable(),
    tags: told.tags.nullable(),
    altText: told.altText,
    visibility: told.visibility.nullable(),
    createdAt: oldTimeSchema.nullish(),
  })
  .transform((entry, context): ManifestEntry => {
    const file = entry.file ?? entry.key
    if (file === undefined) {
      context.addIssue({ code: 'custom', message: 'it names no file (`file` or `key`)' })
      return z.NEVER
    }
    return {
      file,
      path: null,
      owner: entry.owner ?? null,
      oldId: entry.id ?? entry._id ?? null,
      originalName: entry.name ?? null,
      tags: entry.tags ?? [],
      altText: entry.altText ?? null,
      visibility: entry.visibility ?? 'private',
      uploadedAt: entry.createdAt ?? null,
    }
  })

/** An entry of the manifest, or what is wrong with it. */
export function readEntry(text: string): ManifestEntry | { fault: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: 'it is no JSON' }
  }
  const entry = entrySchema.safeParse(value)
  if (entry.success) return entry.data
  const [issue] = entry.error.issues
  if (issue === undefined) return { fault: 'it is no entry' }
  return { fault: [issue.path.join('.'), wordsOf(issue)].filter((part) => part !== '').join(': ') }
}

/** What stands for a file of which nothing is known. */
export const plainEntry = (file: string): ManifestEntry => ({
  file,
  path: null,
  owner: null,
  oldId: null,
  originalName: null,
  tags: [],
  altText: null,
  visibility: 'private',
  uploadedAt: null,
})
