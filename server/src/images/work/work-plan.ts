import { Failure } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import type { Database } from '../../platform/database/port.ts'
import type { Outbound } from '../../platform/http/outbound.ts'
import type { Log } from '../../platform/log.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Rendering } from '../../rendering/port.ts'
import type { ImagesConfig } from '../config.ts'
import type { AnnounceChange } from '../library/show-changed.ts'
import type { PresetBook } from '../renditions/preset-book.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { findRenditions } from '../store/renditions.ts'
import type { ImageRecord, VersionRecord } from '../store/rows.ts'
import type { Asset, Ledger, Rendition, RenditionKeyOf } from '../types.ts'
import type { UploadDeps } from '../uploads/upload-files.ts'

/** What doing a job needs. */
export interface WorkDeps extends UploadDeps {
  db: Database
  storage: Storage
  rendering: Rendering
  ledger: Ledger
  presets: PresetBook
  results: KeptResults
  announce: AnnounceChange
  outbound: Outbound
  config: Pick<
    ImagesConfig,
    'renderTimeoutMs' | 'importTimeoutMs' | 'resultTtlMs' | 'maxArchiveEntries' | 'maxArchiveBytes'
  >
  log: Log
}

/** One output of a job: what to render and under which key it goes. */
export interface WorkOutput {
  /** The preset's name; null for the version's own picture or a passing result. */
  name: string | null
  /** From the original. */
  recipe: Recipe
  /** The same before its curve decided about the quality, where it does. */
  open?: Recipe
  key: string
  /** Of a preset, the last set that has it. */
  presetSet?: number
  /** Only a set has it that is not in force yet. */
  hidden?: boolean
}

/** An output that is there already. */
export type MadeBefore = Rendition & Pick<WorkOutput, 'presetSet' | 'hidden'>

/** What a job on an image renders. */
export interface WorkPlan {
  image: ImageRecord
  /** The version to render from. */
  version: VersionRecord
  /** What is not there yet. */
  missing: WorkOutput[]
  /** What is there already, under the name it has here. */
  made: MadeBefore[]
  /** What the outputs lay over. */
  assets: readonly Asset[]
}

/** Sorts a job's outputs into what is there and what is not. */
export async function planOutputs(
  { db }: Pick<WorkDeps, 'db'>,
  plan: Pick<WorkPlan, 'image' | 'version' | 'assets'>,
  outputs: readonly WorkOutput[],
): Promise<WorkPlan> {
  const byKey = new Map<string, WorkOutput>()
  for (const output of outputs) byKey.set(output.key, together(output, byKey.get(output.key)))
  const made = await findRenditions(db, [plan.image.id], [...byKey.keys()])
  const there = new Set(made.map(({ key }) => key))
  return {
    ...plan,
    made: made.map((rendition): MadeBefore => {
      const { name = null, presetSet = 1, hidden = false } = byKey.get(rendition.key) ?? {}
      return { ...rendition, name, presetSet, hidden }
    }),
    missing: [...byKey.values()].filter(({ key }) => !there.has(key)),
  }
}

/** One picture that is wanted twice. */
function together(output: WorkOutput, other: WorkOutput | undefined): WorkOutput {
  if (other === undefined) return output
  const presetSet = Math.max(output.presetSet ?? 1, other.presetSet ?? 1)
  return { ...output, presetSet, hidden: output.hidden === true && other.hidden === true }
}

/** An edited version's own picture, which others may lay over theirs, beside its presets. */
export function pictureOf(
  { focalPoint }: Pick<ImageRecord, 'focalPoint'>,
  version: Pick<VersionRecord, 'original' | 'assets'>,
  recipe: Recipe,
  keyOf: RenditionKeyOf,
): WorkOutput {
  return { name: null, recipe, key: keyOf(version, recipe, focalPoint, version.assets) }
}

/**
 * What a job is about was deleted. Its jobs are cancelled in the same transaction, so this one is ours no longer, or
 * it was written at the very moment of the deletion and must not wait for anything.
 */
export const goneFailure = (): Failure => new Failure('not_found', 'The image of this job is gone.')
