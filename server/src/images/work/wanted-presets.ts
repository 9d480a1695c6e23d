import { canonical } from '@rendition/contract/recipe'
import type { PresetState } from '../renditions/preset-book.ts'
import { type PresetRules, presetRenditions } from '../renditions/presets.ts'
import type { ImageFacts, Preset, VersionFacts } from '../types.ts'
import type { WorkOutput } from './work-plan.ts'

/** The presets of a version, all or the named ones: those in force, and those of the set that is being made. */
export function wantedPresets(
  { inForce, coming }: PresetState,
  image: Pick<ImageFacts, 'focalPoint'>,
  version: VersionFacts,
  rules: PresetRules,
  names: readonly string[] | null = null,
): WorkOutput[] {
  const isWanted = ({ name }: Preset): boolean => names === null || names.includes(name)
  const outputsOf = (presets: Iterable<Preset>) =>
    presetRenditions(
      new Map([...presets].filter(isWanted).map((preset) => [preset.name, preset])),
      image,
      version,
      rules,
    )
  const next = coming?.presets ?? new Map<string, Preset>()
  const stays = (preset: Preset): boolean => {
    const same = next.get(preset.name)
    return same !== undefined && canonical(same.recipe) === canonical(preset.recipe)
  }
  const ofBoth = new Set([...inForce.presets.values()].filter(stays).map(({ name }) => name))
  const [now, then] = [inForce.version ?? 1, coming?.version ?? 1]
  return [
    ...outputsOf(inForce.presets.values()).map((output) => ({
      ...output,
      presetSet: ofBoth.has(output.name) ? then : now,
      hidden: false,
    })),
    ...outputsOf([...next.values()].filter(({ name }) => !ofBoth.has(name))).map((output) => ({
      ...output,
      presetSet: then,
      hidden: true,
    })),
  ]
}

/** The same output among those that were planned before its curve was known. */
export const slotOf = ({ name, hidden }: WorkOutput): string =>
  `${name ?? ''}${hidden === true ? ' to come' : ''}`

/** The last set that there is. Where presets are configured no other counts. */
export const lastSet = ({ inForce, coming }: PresetState): number =>
  coming?.version ?? inForce.version ?? 2_147_483_647

/** The number of the set that all of these outputs are of: what a version has that has them. */
export const setMade = ({ inForce, coming }: PresetState): number => coming?.version ?? inForce.version ?? 1
