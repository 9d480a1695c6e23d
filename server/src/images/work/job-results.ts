import { type JobBook, type JobRecord, LeaseLost, type StoredResult } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { VersionFacts } from '../types.ts'

/** What a result tells of the picture behind it. */
type Shown = Pick<
  StoredResult,
  'width' | 'height' | 'size' | 'format' | 'contentType' | 'storageKey' | 'etag'
>

interface ResultOf {
  /** null for a result that is kept for its time only. */
  version: number | null
  preset?: string | null
  /** null for one that stays. */
  expiresAt?: Date | null
  notes?: readonly string[]
}

/** The record of a job's result. */
export function resultOf(
  { width, height, size, format, contentType, storageKey, etag }: Shown,
  { version, preset = null, expiresAt = null, notes }: ResultOf,
): StoredResult {
  return {
    version,
    preset,
    width,
    height,
    size,
    format,
    contentType,
    storageKey,
    etag,
    expiresAt: expiresAt?.toISOString() ?? null,
    ...(notes === undefined ? {} : { notes }),
  }
}

/** The record of one whose picture is kept for its time, and lies in no storage. */
export function passingResult(
  picture: Omit<Shown, 'storageKey'> & { key: string },
  expiresAt: Date,
  notes?: readonly string[],
): StoredResult {
  const result = resultOf(
    { ...picture, storageKey: null },
    { version: null, expiresAt, ...(notes && { notes }) },
  )
  return { ...result, renditionKey: picture.key }
}

/** Of a job that made no picture. */
export const nothingMade: StoredResult = {
  version: null,
  preset: null,
  width: null,
  height: null,
  size: null,
  format: null,
  contentType: null,
  storageKey: null,
  etag: null,
  expiresAt: null,
}

/** A version as a result, when no picture was made of it. */
export function versionShown({ original, recipe, width, height }: VersionFacts): Shown {
  const whole = recipe === null ? original : null
  return {
    width,
    height,
    size: whole?.size ?? null,
    format: whole?.format ?? null,
    contentType: whole?.contentType ?? null,
    storageKey: null,
    etag: null,
  }
}

/** Completes the job in the transaction that records its work. Throws `LeaseLost` when it is another worker's now. */
export async function completeJob(
  book: JobBook,
  tx: Transaction,
  job: JobRecord,
  result: StoredResult,
  imageId?: string,
): Promise<void> {
  if ((await book.complete(tx, job, result, imageId)) === null) throw new LeaseLost()
}
