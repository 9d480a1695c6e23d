import { Failure } from '@rendition/contract'
import type { JobRecord } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { viewImage } from '../library/view.ts'
import { promoteRenditions } from '../store/renditions.ts'
import type { ImageRecord } from '../store/rows.ts'
import type { NewRendition } from '../types.ts'
import type { WorkDeps, WorkPlan } from './work-plan.ts'

/**
 * Records what a job made, and makes what was there already a part of the version. Hold the image's lock. Throws
 * `conflict` when something of it was evicted meanwhile.
 */
export async function recordOutputs(
  { ledger }: WorkDeps,
  tx: Transaction,
  plan: WorkPlan,
  version: number,
  made: readonly NewRendition[],
): Promise<void> {
  for (const rendition of made) await ledger.record(rendition, tx)
  if (await promoteRenditions(tx, { imageId: plan.image.id, version }, plan.made)) return
  throw new Failure('conflict', 'A rendition was evicted while the others were made.')
}

/** Tells of presets of the current version, then of the image where `last` says how. */
export async function tellReady(
  { book, view }: WorkDeps,
  tx: Transaction,
  job: JobRecord,
  image: ImageRecord,
  made: readonly NewRendition[],
  last: 'image.complete' | 'image.updated' | null,
): Promise<void> {
  const shown = await viewImage(view, tx, image)
  const common = { ownerId: image.ownerId, imageId: image.id, webhookUrl: job.webhookUrl }
  const told = made.filter(({ hidden }) => hidden !== true)
  const ready = told.flatMap(({ name, version }) => {
    const size = name === null ? undefined : shown.sizes[name]
    if (name === null || size === undefined || version !== image.version) return []
    return [
      { ...common, type: 'rendition.ready' as const, data: { imageId: image.id, version, name, ...size } },
    ]
  })
  const whole = last === null ? [] : [{ ...common, type: last, data: { ...shown } }]
  await book.emit(tx, [...ready, ...whole])
}
