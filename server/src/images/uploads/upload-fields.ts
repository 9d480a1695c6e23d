import {
  duplicatePolicySchema,
  Failure,
  type Fault,
  type Folders,
  foldersSchema,
  tagsSchema,
  visibilitySchema,
  webhookUrlSchema,
} from '@rendition/contract'
import type { NewImageFields } from './create-image.ts'

/** What an uploader may say of every file. */
export interface UploadFields extends Omit<NewImageFields, 'originalName' | 'came'> {
  folders: Folders
}

/** Values by the names of their fields, in the order in which they came. */
export type Texts = ReadonlyMap<string, readonly string[]>

/** Reads the fields of an upload, however they came; throws `invalid_request`. */
export function readFields(texts: Texts): UploadFields {
  const visibility = visibilitySchema.safeParse(texts.get('visibility')?.at(-1) || 'private')
  if (!visibility.success) throw refuseField('visibility', 'must be private or public')
  const tags = tagsSchema.safeParse(
    [...(texts.get('tags') ?? []), ...(texts.get('tags[]') ?? [])].flatMap(tagsIn),
  )
  if (!tags.success) throw refuseField('tags', 'must be at most 50 words of at most 64 characters')
  const webhookUrl = texts.get('webhookUrl')?.at(-1) || null
  if (webhookUrl !== null && !webhookUrlSchema.safeParse(webhookUrl).success) {
    throw refuseField('webhookUrl', 'must be an http or https URL of at most 2048 characters')
  }
  const wish = texts.get('keywordsAsTags')?.at(-1) || undefined
  if (wish !== undefined && wish !== 'true' && wish !== 'false')
    throw refuseField('keywordsAsTags', 'must be true or false')
  const keywordsAsTags = wish === undefined ? undefined : wish === 'true'
  const duplicates = duplicatePolicySchema.optional().safeParse(texts.get('duplicates')?.at(-1) || undefined)
  if (!duplicates.success) throw refuseField('duplicates', 'must be keep, link or refuse')
  const folders = foldersSchema.safeParse(texts.get('folders')?.at(-1) || 'none')
  if (!folders.success) throw refuseField('folders', 'must be none, album or tags')
  return {
    folders: folders.data,
    duplicates: duplicates.data,
    keywordsAsTags,
    visibility: visibility.data,
    tags: [...new Set(tags.data)],
    webhookUrl,
  }
}

/** Several fields, a comma-separated one, or a JSON list: all are in use. */
function tagsIn(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const parsed: unknown = JSON.parse(text)
      if (Array.isArray(parsed) && parsed.every((tag) => typeof tag === 'string')) return parsed
    } catch {
      // Then it is a tag that begins with a bracket.
    }
  }
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

export function refuseField(path: string, message: string): Failure {
  const errors: Fault[] = [{ path, message }]
  return new Failure('invalid_request', `${path}: ${message}.`, { errors })
}
