import { type Log, silentLog } from '../log.ts'
import { boundlessRoom, type DiskRoom } from './disk-room.ts'
import type { Storage } from './port.ts'
import { storageFolder } from './storage-folder.ts'

export { createDiskRoom, type DiskRoom } from './disk-room.ts'
export { storageFailure } from './failures.ts'
export {
  type DirectObjects,
  type EarlyLook,
  type GrowingObjects,
  type Growth,
  growthSchema,
  type KeepGrowth,
} from './growing.ts'
export { originalKey, renditionKey, type StorageKey, storageKey } from './key.ts'
export { type Originals, openOriginals } from './originals.ts'
export type { ByteRange, Draft, LinkTerms, LocalFile, PlacedFile, Storage, StoredObject } from './port.ts'
export { storageFolder } from './storage-folder.ts'
export { StorageFault, storageFault, tryStorage } from './trial.ts'

export interface StorageOptions {
  /** `file:` (the folder below), `file:/another/folder`, or `s3://bucket/prefix?endpoint=…&region=…` */
  url: string
  /** Where `file:` keeps objects and where drafts for `s3://` are written; created when missing. */
  folder: string
  /** The bucket as clients reach it, without a slash at the end: links lead there. There are none without it. */
  directUrl?: string | undefined
  /** A front server is to send its files. */
  sendfile?: boolean | undefined
  /** Asked before anything new is written; without it the disk is used to its end. */
  diskRoom?: DiskRoom | undefined
  log?: Log | undefined
}

/** Opens the storage a URL names. Drafts that earlier, dead processes left in `folder` are removed. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { log = silentLog, diskRoom = boundlessRoom } = options
  const scheme = options.url.slice(0, options.url.indexOf(':'))
  switch (scheme) {
    case 'file': {
      // Sending everything through the service instead would leave whoever set it to find out from the traffic.
      if (options.directUrl !== undefined) {
        throw new Error(
          'DELIVERY_DIRECT_URL needs STORAGE_URL=s3://…: clients cannot be sent to a file on this disk',
        )
      }
      const { openFileStorage } = await import('./file.ts')
      return openFileStorage({ folder: storageFolder(options), diskRoom, groupReads: options.sendfile })
    }
    case 's3': {
      if (options.sendfile === true) {
        throw new Error(
          'DELIVERY_SENDFILE needs STORAGE_URL=file:…: a front server cannot send what lies in a bucket (DELIVERY_DIRECT_URL leads clients there)',
        )
      }
      const { openS3Storage } = await import('./s3.ts')
      return openS3Storage({
        url: options.url,
        draftsFolder: options.folder,
        directUrl: options.directUrl,
        diskRoom,
        log,
      })
    }
    default:
      throw new Error(`STORAGE_URL must start with file: or s3://, not ${scheme || 'nothing'}:`)
  }
}
