import { type Log, silentLog } from '../log.ts'
import type { Storage } from './port.ts'

export { originalKey, renditionKey, type StorageKey, storageKey } from './key.ts'
export type { ByteRange, Draft, LocalFile, Storage, StoredObject } from './port.ts'

export interface StorageOptions {
  /** `file:` (the folder below), `file:/another/folder`, or `s3://bucket/prefix?endpoint=…&region=…` */
  url: string
  /** Where `file:` keeps objects and where drafts for `s3://` are written; created when missing. */
  folder: string
  log?: Log | undefined
}

/** Opens the storage a URL names. Drafts that earlier, dead processes left in `folder` are removed. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { log = silentLog } = options
  const scheme = options.url.slice(0, options.url.indexOf(':'))
  switch (scheme) {
    case 'file': {
      const { openFileStorage } = await import('./file.ts')
      const path = decodeURIComponent(options.url.slice('file:'.length).replace(/^\/\/(?=\/)/, ''))
      return openFileStorage({ folder: path === '' ? options.folder : path })
    }
    case 's3': {
      const { openS3Storage } = await import('./s3.ts')
      return openS3Storage({ url: options.url, draftsFolder: options.folder, log })
    }
    default:
      throw new Error(`STORAGE_URL must start with file: or s3://, not ${scheme || 'nothing'}:`)
  }
}
