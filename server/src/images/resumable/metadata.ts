import { Failure } from '@rendition/contract'
import { Metadata } from '@tus/server'
import { cleanName, refuseLongName } from '../uploads/names.ts'
import { readFields, refuseField, type UploadFields } from '../uploads/upload-fields.ts'

/** What the client says of the file, besides what only it understands. */
export interface Described extends UploadFields {
  originalName: string
  /** Relative, with the folders that it came in, where it did. */
  path: string
  /** It is an archive, to be unpacked. */
  unpack: boolean
  /** Of the bytes to come, in hex, where the client knows it. */
  sha256: string | null
}

const longest = 4_096
const longestPath = 1_024
/** What Uppy sends for each field that it may send and has no value of. */
const absent = 'undefined'

/** Reads `Upload-Metadata`; throws `invalid_request` as for the same fields of a form. */
export function describe(metadata: string): Described {
  if (metadata.length > longest) {
    const errors = [{ path: 'Upload-Metadata', message: `must have at most ${longest} characters` }]
    throw new Failure('invalid_request', undefined, { errors })
  }
  const values = metadata.trim() === '' ? {} : Metadata.parse(metadata)
  const texts = new Map(
    Object.entries(values).map(([name, value]) => [name, [value === absent ? '' : (value ?? '')]]),
  )
  const originalName = cleanName(values.filename ?? values.name ?? '')
  refuseLongName(originalName)
  const sha256 = texts.get('sha256')?.at(0)?.toLowerCase() || null
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    const errors = [{ path: 'sha256', message: 'must be 64 digits of hex' }]
    throw new Failure('invalid_request', undefined, { errors })
  }
  const unpack = texts.get('unpack')?.at(0) || 'false'
  if (unpack !== 'true' && unpack !== 'false') throw refuseField('unpack', 'must be true or false')
  // Uppy says `null` of a file that came in no folder.
  const path = values.relativePath ?? ''
  if (path.length > longestPath)
    throw refuseField('relativePath', `must have at most ${longestPath} characters`)
  return { ...readFields(texts), originalName, path, unpack: unpack === 'true', sha256 }
}
