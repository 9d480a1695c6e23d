import { type Presets, parseRecipe } from '@rendition/contract/recipe'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** A set of presets, in their order. It never changes. */
export interface PresetSetRecord {
  version: number
  presets: Presets
  note: string | null
  restoredFrom: number | null
  createdAt: Date
  createdBy: string | null
}

/** Which set is in force, which is being made, and how far that is. */
export interface PresetStateRecord {
  inForce: number
  inForceSince: Date | null
  coming: number | null
  startedAt: Date | null
  total: number
  remaining: number
  failed: number
  countedAt: Date | null
  revision: number
}

interface SetRow {
  [column: string]: unknown
  version: number
  presets: { name: string; recipe: unknown }[]
  note: string | null
  restoredFrom: number | null
  createdAt: Date
  createdBy: string | null
}

const setColumns = `version, presets, note, restored_from as "restoredFrom", created_at as "createdAt", created_by as "createdBy"`
const setOf = ({ presets, ...row }: SetRow): PresetSetRecord => ({
  ...row,
  presets: Object.fromEntries(presets.map(({ name, recipe }) => [name, parseRecipe(recipe)])),
})
/** An object of JSON keeps no order in the database, a list does. */
const listOf = (presets: Presets) =>
  JSON.stringify(Object.entries(presets).map(([name, recipe]) => ({ name, recipe })))

export async function readPresetSet(db: Queryable, version: number): Promise<PresetSetRecord | null> {
  const [row] = await db.query<SetRow>(`select ${setColumns} from preset_sets where version = $1`, [version])
  return row === undefined ? null : setOf(row)
}

/** Newest first, below `before`. */
export async function listPresetSets(
  db: Queryable,
  { before, limit }: { before: number | null; limit: number },
): Promise<PresetSetRecord[]> {
  const rows = await db.query<SetRow>(
    `select ${setColumns} from preset_sets where $1::int is null or version < $1 order by version desc limit $2`,
    [before, limit],
  )
  return rows.map(setOf)
}

/** Writes the next set; hold the state's row. */
export async function insertPresetSet(
  tx: Transaction,
  set: Pick<PresetSetRecord, 'presets' | 'note' | 'restoredFrom' | 'createdBy'>,
): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    `insert into preset_sets (version, presets, note, restored_from, created_by)
     select max(version) + 1, $1, $2, $3, $4 from preset_sets returning version`,
    [listOf(set.presets), set.note, set.restoredFrom, set.createdBy],
  )
  return row?.version ?? 0
}

/** The set that a new installation begins with; whoever comes first writes it. */
export async function beginPresets(db: Queryable, presets: Presets): Promise<void> {
  await db.query(
    `with first as (insert into preset_sets (version, presets) values (1, $1) on conflict do nothing)
     insert into preset_state (in_force) values (1) on conflict do nothing`,
    [listOf(presets)],
  )
}

const stateColumns = `in_force as "inForce", in_force_since as "inForceSince", coming, started_at as "startedAt", total,
  remaining, failed, counted_at as "countedAt", revision`

/** null before anybody wrote the first set. With `lock` its row is held until the transaction ends. */
export async function readPresetState(db: Queryable, lock = false): Promise<PresetStateRecord | null> {
  const [row] = await db.query<PresetStateRecord & Record<string, unknown>>(
    `select ${stateColumns} from preset_state${lock ? ' for update' : ''}`,
    [],
    lock ? 'images.presets.lock' : 'images.presets',
  )
  return row ?? null
}

/** Another set is coming from now on, whatever was before; hold the state's row. */
export async function startComing(tx: Transaction, version: number): Promise<void> {
  await tx.query(
    `update preset_state set coming = $1, started_at = now(), failed = 0, counted_at = now(), revision = revision + 1,
       (total, remaining) = (select count(*)::int, count(*)::int from versions where status = 'complete')`,
    [version],
  )
}

/** Puts the coming set in force; hold the state's row. */
export async function putInForce(tx: Transaction): Promise<void> {
  await tx.query(
    `update preset_state set in_force = coming, in_force_since = now(), coming = null, remaining = 0,
       revision = revision + 1 where coming is not null`,
  )
}

/** One more version of which a set that is coming cannot have everything made. */
export async function countFailed(tx: Transaction, set: number): Promise<void> {
  await tx.query('update preset_state set failed = failed + 1 where coming = $1', [set])
}

/** Says how far the coming set is, if it is still that one. */
export async function sayRemaining(
  db: Queryable,
  coming: number,
  remaining: number,
  failed: number,
): Promise<void> {
  await db.query(
    `update preset_state set remaining = $2, total = greatest(total, $2), failed = failed + $3, counted_at = now()
     where coming = $1`,
    [coming, remaining, failed],
  )
}
