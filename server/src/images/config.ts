import { duplicatePolicySchema, publicOriginalSchema } from '@rendition/contract'
import { presetsSchema } from '@rendition/contract/recipe'
import { z } from 'zod'
import { flag, integer, json } from '../platform/config/fields.ts'

const mebibyte = 1024 ** 2

/** Limits of uploads and jobs, and the presets. */
export const imagesConfigSchema = z.object({
  maxFileBytes: integer(1)
    .default(64 * mebibyte)
    .meta({
      env: 'MAX_FILE_BYTES',
      description: 'Largest file of a multipart upload or an import, in bytes.',
    }),
  maxUploadBytes: integer(1)
    .default(1024 * mebibyte)
    .meta({ env: 'MAX_UPLOAD_BYTES', description: 'Largest file of a resumable upload, in bytes.' }),
  uploadExpiryMs: integer(1_000)
    .default(24 * 60 * 60_000)
    .meta({
      env: 'UPLOAD_EXPIRY_MS',
      description: 'How long an unfinished resumable upload is kept after its last byte, in milliseconds.',
    }),
  maxUnfinished: integer(1).default(1_000).meta({
    env: 'MAX_UNFINISHED_UPLOADS',
    description: 'Unfinished resumable uploads of one account; more are answered 429.',
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
  maxArchiveEntries: integer(1, 100_000)
    .default(10_000)
    .meta({ env: 'MAX_ARCHIVE_ENTRIES', description: 'Most entries of a ZIP archive that is unpacked.' }),
  maxArchiveBytes: integer(1)
    .default(10 * 1024 * mebibyte)
    .meta({
      env: 'MAX_ARCHIVE_BYTES',
      description: 'Bytes that a ZIP archive may unpack to, all its files together.',
    }),
  maxUploads: integer(1)
    .default(256)
    .meta({ env: 'MAX_UPLOADS', description: 'Uploads at once in one process; more are answered 503.' }),
  maxUploadsPerAccount: integer(1).default(32).meta({
    env: 'MAX_UPLOADS_PER_ACCOUNT',
    description: 'Uploads at once of one account in one process; more are answered 429.',
  }),
  maxUploadsPerAddress: integer(1).default(128).meta({
    env: 'MAX_UPLOADS_PER_ADDRESS',
    description: 'Uploads at once from one address in one process; more are answered 429.',
  }),
  uploadLeastRate: integer(0).default(4_096).meta({
    env: 'UPLOAD_MIN_BYTES_PER_SECOND',
    description: 'An upload that comes slower, over UPLOAD_PACE_MS, is answered 408; 0 for no limit.',
  }),
  uploadPaceMs: integer(100).default(20_000).meta({
    env: 'UPLOAD_PACE_MS',
    description:
      'The time over which the pace of an upload is measured, its first bytes included, in milliseconds.',
  }),
  /** A body that brings nothing for so long is given up. */
  uploadIdleMs: integer(100).default(30_000),
  quotaBytes: integer(0)
    .default(0)
    .meta({ env: 'QUOTA_BYTES', description: 'Bytes of originals each account may keep; 0 for no limit.' }),
  quotaImages: integer(0)
    .default(0)
    .meta({ env: 'QUOTA_IMAGES', description: 'Images each account may keep; 0 for no limit.' }),
  uploadDuplicates: duplicatePolicySchema.default('keep').meta({
    env: 'UPLOAD_DUPLICATES',
    description:
      'What becomes of an upload whose bytes the account has already, unless it says otherwise: `keep` makes another image, `link` answers the one that is there, `refuse` answers 409.',
  }),
  trashDays: integer(0, 36_500).default(30).meta({
    env: 'TRASH_DAYS',
    description: 'Days after which what lies in the trash is deleted; 0 keeps it until the trash is emptied.',
  }),
  exportHours: integer(1, 24 * 365)
    .default(72)
    .meta({
      env: 'EXPORT_HOURS',
      description: 'Hours for which a prepared export can be downloaded; then it is removed.',
    }),
  maxExportDownloads: integer(1).default(64).meta({
    env: 'MAX_EXPORT_DOWNLOADS',
    description:
      'Downloads of exports at once in one process, a quarter of them for one account; more are answered 503 or 429.',
  }),
  resultTtlMs: integer(1)
    .default(60 * 60_000)
    .meta({
      env: 'RESULT_TTL_MS',
      description:
        'How long a transformation that is not saved is kept, in milliseconds: in Redis, or in a folder of DATA_DIR without it.',
    }),
  /** A value of Redis holds half a gibibyte. */
  resultBytes: integer(1, 500 * mebibyte)
    .default(64 * mebibyte)
    .meta({
      env: 'RESULT_BYTES',
      description: 'Largest transformation that is not saved, in bytes; a larger one fails.',
    }),
  resultFolderBytes: integer(0)
    .default(1024 * mebibyte)
    .meta({
      env: 'RESULT_FOLDER_BYTES',
      description:
        'What such results may take in the data folder, in bytes, with CACHE_URL=memory:; the least recently used go first. With Redis they lie there.',
    }),
  renderTimeoutMs: integer(100).default(60_000).meta({
    env: 'JOB_RENDER_TIMEOUT_MS',
    description:
      'Longest rendering of one job, in milliseconds; of many megapixels (long animations) it is longer in proportion.',
  }),
  importTimeoutMs: integer(100).default(60_000),
  presets: json(presetsSchema).optional().meta({
    env: 'PRESETS',
    description:
      'Names and recipes of what is made of every upload, as JSON; `original` always exists. Where it is set it alone counts, and administrators can change no preset; without it presets are data (docs/presets.md).',
  }),
  quality: z.enum(['best', 'good', 'eco', 'fixed']).default('good').meta({
    env: 'DEFAULT_QUALITY',
    description:
      'What presets and format=auto aim at where no quality is named, by measurement of each picture; fixed: one number for all (JPEG and WebP 80, AVIF 55). The same in every process.',
  }),
  publicOriginals: publicOriginalSchema.default('cleaned').meta({
    env: 'PUBLIC_ORIGINALS',
    description:
      'What strangers get of the original of a public image, unless its owner says otherwise: cleaned of places and serial numbers, or untouched.',
  }),
  /** Blobs without a row younger than this may belong to a running upload. */
  orphanGraceMs: integer(0).default(60 * 60_000),
  /** How often storage is compared with the rows. */
  orphanSweepMs: integer(10).default(6 * 60 * 60_000),
  /** How often expired results, unfinished uploads and interrupted deletions are removed. */
  expirySweepMs: integer(10).default(30_000),
  /** How often what an earlier epoch of the engine made is looked for. */
  renewalMs: integer(10).default(15_000),
  /** How often originals are looked for that nobody has read the metadata of. */
  unreadMs: integer(10).default(15_000),
  /** How often changes of what lists hold, and of what accounts keep, are added up. */
  foldMs: integer(10).default(5_000),
  keywordsAsTags: flag().default(false).meta({
    env: 'KEYWORDS_AS_TAGS',
    description: 'Whether keywords in a file become tags of its image, where an upload does not say.',
  }),
})
export type ImagesConfig = z.output<typeof imagesConfigSchema>
