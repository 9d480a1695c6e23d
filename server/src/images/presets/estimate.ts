import type { PresetEstimate } from '@rendition/contract'
import { canonical } from '@rendition/contract/recipe'
import type { JobBook } from '../../jobs/index.ts'
import type { Database } from '../../platform/database/port.ts'
import { type PresetRules, presetRenditions } from '../renditions/presets.ts'
import { countComplete, type Drawn, drawVersions, listPresetRows } from '../store/preset-sample.ts'
import { findRenditions } from '../store/renditions.ts'
import type { Preset, PresetSet, Rendition } from '../types.ts'
import { bytesFrom, sizeAfter } from './foresee.ts'

export interface EstimateDeps {
  db: Database
  book: Pick<JobBook, 'paceOf'>
  view: PresetRules
}

type Change = PresetEstimate['changes'][number]

/** Versions that are looked at: their mean is within a tenth for a library of any size, at some 50 ms. */
const mostDrawn = 400

/**
 * What it would cost to put other presets in place of those in force, judged from what is recorded: a sample of versions,
 * the renditions they have, and the time that jobs took.
 */
export async function estimate(
  { db, book, view }: EstimateDeps,
  inForce: PresetSet,
  next: ReadonlyMap<string, Preset>,
): Promise<PresetEstimate> {
  const total = await countComplete(db)
  const drawn = await drawVersions(db, total, mostDrawn)
  const rows = await listPresetRows(
    db,
    drawn.map(({ version }) => version),
  )
  const share = drawn.length === 0 ? 0 : total / drawn.length
  const known = groupedBy(rows)
  const kinds = kindsOf(inForce.presets, next)
  const fresh = new Map([...next].filter(([name]) => kinds.get(name) !== 'same'))
  const missing = await missingOf(db, view, drawn, fresh)
  const changes = [...kinds].map(([name, kind]): Change => {
    const preset = fresh.get(name)
    if (preset === undefined) return { name, kind, renditions: 0, bytes: 0 }
    const made = drawn.filter((one) => missing.has(`${idOf(one.version)}/${name}`))
    return {
      name,
      kind,
      renditions: Math.round(made.length * share),
      bytes: Math.round(meanBytes(preset, made, known) * made.length * share),
    }
  })
  const left = rows.filter(
    ({ name }) => name !== null && ['changed', 'removed'].includes(kinds.get(name) ?? ''),
  )
  const renditions = sum(changes.map((change) => change.renditions))
  const pace = await book.paceOf(db, 'renditions')
  const perRendition = pace.seconds === null ? null : pace.seconds / Math.max(1, inForce.presets.size)
  return {
    changes,
    versions: total,
    renditions,
    bytes: sum(changes.map((change) => change.bytes)),
    leftBytes: Math.round(sum(left.map(({ size }) => size)) * share),
    seconds: perRendition === null ? null : Math.ceil((perRendition * renditions) / Math.max(1, pace.slots)),
    basis: { versions: drawn.length, renditions: rows.length, jobs: pace.jobs, slots: pace.slots },
  }
}

/** What becomes of each preset, those in force first. */
export function kindsOf(
  before: ReadonlyMap<string, Preset>,
  next: ReadonlyMap<string, Preset>,
): Map<string, Change['kind']> {
  const kinds = new Map<string, Change['kind']>()
  for (const [name, { recipe }] of before) {
    const is = next.get(name)
    if (is === undefined) kinds.set(name, 'removed')
    else kinds.set(name, canonical(is.recipe) === canonical(recipe) ? 'same' : 'changed')
  }
  for (const name of next.keys()) if (!before.has(name)) kinds.set(name, 'added')
  return kinds
}

const idOf = ({ imageId, version }: { imageId: string; version: number }): string => `${imageId}/${version}`
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

function groupedBy(rows: readonly Rendition[]): ReadonlyMap<string, Rendition[]> {
  const groups = new Map<string, Rendition[]>()
  for (const row of rows) groups.set(idOf(row), [...(groups.get(idOf(row)) ?? []), row])
  return groups
}

/** Presets that are not stored yet under the name that they would have: after going back nearly all are. */
async function missingOf(
  db: Database,
  view: PresetRules,
  drawn: readonly Drawn[],
  presets: ReadonlyMap<string, Preset>,
): Promise<ReadonlySet<string>> {
  const wanted = drawn.flatMap(({ version, focalPoint }) =>
    presetRenditions(presets, { focalPoint }, version, view).map(({ name, key }) => ({ version, name, key })),
  )
  const rows = await findRenditions(
    db,
    [...new Set(wanted.map(({ version }) => version.imageId))],
    [...new Set(wanted.map(({ key }) => key))],
  )
  const there = new Set(rows.map(({ imageId, key }) => `${imageId}/${key}`))
  return new Set(
    wanted
      .filter(({ version, key }) => !there.has(`${version.imageId}/${key}`))
      .map(({ version, name }) => `${idOf(version)}/${name}`),
  )
}

/** Bytes of a preset's picture, over those versions of which something is stored. */
function meanBytes(
  { recipe }: Preset,
  versions: readonly Drawn[],
  known: ReadonlyMap<string, readonly Rendition[]>,
): number {
  const judged = versions.flatMap(({ version }) => {
    const rows = known.get(idOf(version)) ?? []
    const format = recipe.output.format ?? rows[0]?.format
    return bytesFrom(rows, format, sizeAfter(recipe, version)) ?? []
  })
  return judged.length === 0 ? 0 : sum(judged) / judged.length
}
