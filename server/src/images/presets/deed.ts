import { canonical } from '@rendition/contract/recipe'
import { recipeText } from '../renditions/recipe-text.ts'
import type { PresetSet } from '../types.ts'

/** Presets that differ between two sets, by name, those of the first in front. */
export function differing(before: PresetSet, after: PresetSet): string[] {
  const names = new Set([...before.presets.keys(), ...after.presets.keys()])
  return [...names].filter((name) => {
    const [was, is] = [before.presets.get(name), after.presets.get(name)]
    return was === undefined || is === undefined || canonical(was.recipe) !== canonical(is.recipe)
  })
}

/** From which set to which, and what differs: before and after, for the audit. */
export function changeDetails(before: PresetSet, after: PresetSet): Record<string, unknown> {
  const changes = differing(before, after).map((name) => [
    `preset ${name}`,
    { from: recipeText(before.presets.get(name)?.recipe), to: recipeText(after.presets.get(name)?.recipe) },
  ])
  return {
    set: { from: String(before.version), to: String(after.version) },
    ...Object.fromEntries(changes),
  }
}
