import { defaultPresets, presetsSchema } from '@rendition/contract/recipe'
import { z } from 'zod'
import { integer, json } from '../platform/config/fields.ts'

const mebibyte = 1024 ** 2

/** Limits of uploads, and the presets. */
export const imagesConfigSchema = z.object({
  maxFileBytes: integer(1)
    .default(64 * mebibyte)
    .meta({
      env: 'MAX_FILE_BYTES',
      description: 'Largest file of a multipart upload or an import, in bytes.',
    }),
  maxRequestBytes: integer(1)
    .default(2048 * mebibyte)
    .meta({
      env: 'MAX_REQUEST_BYTES',
      description: 'Largest multipart upload, all files together, in bytes.',
    }),
  maxFiles: integer(1, 10_000)
    .default(200)
    .meta({ env: 'MAX_FILES', description: 'Most files in one multipart upload.' }),
  maxUploads: integer(1)
    .default(256)
    .meta({ env: 'MAX_UPLOADS', description: 'Uploads at once in one process; more are answered 503.' }),
  /** A body that brings nothing for so long is given up. */
  uploadIdleMs: integer(100).default(30_000),
  quotaBytes: integer(0)
    .default(0)
    .meta({ env: 'QUOTA_BYTES', description: 'Bytes of originals each account may keep; 0 for no limit.' }),
  quotaImages: integer(0)
    .default(0)
    .meta({ env: 'QUOTA_IMAGES', description: 'Images each account may keep; 0 for no limit.' }),
  resultTtlMs: integer(1)
    .default(60 * 60_000)
    .meta({
      env: 'RESULT_TTL_MS',
      description: 'How long a transformation that is not saved is kept, in milliseconds.',
    }),
  presets: json(presetsSchema)
    .default({ ...defaultPresets })
    .meta({
      env: 'PRESETS',
      description: 'Names and recipes of what is made of every upload, as JSON; `original` always exists.',
    }),
  /** Blobs without a row younger than this may belong to a running upload. */
  orphanGraceMs: integer(0).default(60 * 60_000),
  /** How often storage is compared with the rows. */
  orphanSweepMs: integer(10).default(6 * 60 * 60_000),
  /** How often expired results and interrupted deletions are removed. */
  expirySweepMs: integer(10).default(30_000),
})
export type ImagesConfig = z.output<typeof imagesConfigSchema>
