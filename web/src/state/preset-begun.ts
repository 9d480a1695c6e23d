import type { PresetView } from '@rendition/contract'
import { useDrafts } from './use-edit.ts'

const name = 'preset'

/** What a preset begins from, in both spellings, as the service tells presets. */
export type PresetBegun = Pick<PresetView, 'recipe' | 'parameters'>

/** A preset that was begun somewhere else in the page, kept for this account until its page has it applied or put away. */
export function usePresetBegun() {
  const drafts = useDrafts()
  return {
    begin: (begun: PresetBegun): boolean => drafts.write(name, begun),
    read: (): PresetBegun | null => readBegun(drafts.read(name)),
    end: () => void drafts.write(name, null),
  }
}

/** Its shape alone: what it says the service judges. */
function readBegun(kept: unknown): PresetBegun | null {
  if (typeof kept !== 'object' || kept === null || !('recipe' in kept) || !('parameters' in kept)) return null
  const { recipe, parameters } = kept
  const isRecipe = typeof recipe === 'object' && recipe !== null && 'steps' in recipe && 'output' in recipe
  const isQuery = parameters === null || typeof parameters === 'object'
  return isRecipe && isQuery ? (kept as PresetBegun) : null
}
