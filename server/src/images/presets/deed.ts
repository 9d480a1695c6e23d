import { canonical, formatQuery, type Recipe } from '@rendition/contract/recipe'
import type { PresetSet } from '../types.ts'

/** Longer ones are cut: the sets themselves stay. */
const longest = 300
const textOf = (recipe: Recipe | undefined): string => {
  if (recipe === undefined) return 'none'
  const text = formatQuery(recipe) ?? canonical(recipe)
  return text.length > longest ? `${text.slice(0, longest)}…` : text || 'unchanged'
}

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
    { from: textOf(before.presets.get(name)?.recipe), to: textOf(after.presets.get(name)?.recipe) },
  ])
  return {
    set: { from: String(before.version), to: String(after.version) },
    ...Object.fromEntries(changes),
  }
}
