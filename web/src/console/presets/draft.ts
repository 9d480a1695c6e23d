import type { PresetStateView, PresetView } from '@rendition/contract'
import { type Operation, type PresetChange, parseRecipe } from '@rendition/contract/recipe'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { describeStep } from '../../state/describe-step.ts'
import type { PresetBegun } from '../../state/preset-begun.ts'
import type { Parameters } from '../../state/use-url-builder.ts'

/** A preset that is being edited. */
export interface DraftPreset {
  /** In this draft, whatever its name becomes. */
  id: number
  name: string
  /** null where its recipe is too long for the controls: it stays as it is. */
  parameters: Parameters | null
  recipe: PresetView['recipe'] | null
}

export const draftOf = (presets: PresetStateView['presets']): DraftPreset[] =>
  presets.map(({ name, parameters, recipe }, id) => ({ id, name, parameters, recipe }))

const square = { width: '800', height: '800', fit: 'inside', enlarge: 'false' }

/** With one more: what was begun elsewhere, else a square of 800 pixels at most until somebody says otherwise. */
export function withNew(
  draft: readonly DraftPreset[],
  begun: PresetBegun | { parameters: Parameters; recipe: null } = { parameters: square, recipe: null },
): DraftPreset[] {
  const id = Math.max(-1, ...draft.map((preset) => preset.id)) + 1
  return [...draft, { id, name: '', ...begun }]
}

/** What is sent. A recipe that the controls cannot say is sent as it came. */
export const requestOf = (draft: readonly DraftPreset[]): PresetChange['presets'] =>
  draft.map(({ name, parameters, recipe }) =>
    parameters === null
      ? { name, recipe: recipe as NonNullable<PresetChange['presets'][number]['recipe']> }
      : { name, parameters: { ...parameters } },
  )

/** Why a preset cannot have its name. */
export function nameFault(draft: readonly DraftPreset[], { id, name }: DraftPreset): Phrase | undefined {
  if (name === '') return 'Give it a name.'
  if (name === 'original') return 'original is the file itself, and always there.'
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    return 'Lower-case letters, digits and dashes, beginning with a letter, at most 32.'
  }
  if (draft.some((other) => other.id !== id && other.name === name)) return 'Another preset has this name.'
  return undefined
}

/** Whether the draft says something else than what it began from. */
export const differs = (draft: readonly DraftPreset[], from: PresetStateView['presets']): boolean =>
  JSON.stringify(requestOf(draft)) !== JSON.stringify(requestOf(draftOf(from)))

/** Those that the page itself shows photos by, and would miss. */
export const missed = (draft: readonly DraftPreset[], from: PresetStateView['presets']): string[] =>
  ['thumbnail', 'small', 'medium', 'large'].filter(
    (wanted) => from.some(({ name }) => name === wanted) && !draft.some(({ name }) => name === wanted),
  )

/**
 * `width=480&height=480&fit=inside` as one line: `480 × 480, fit inside`. Names and words are those of the API; what is a list of steps is told as the
 * editor does.
 */
export function summaryOf({ parameters, recipe }: Said): string {
  const { width, height, steps: _list, ...rest } = parameters ?? {}
  const size = width === undefined && height === undefined ? [] : [`${width ?? '…'} × ${height ?? '…'}`]
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`)
  const steps = listOf({ parameters, recipe })
  return [...size, ...(steps === null ? [] : [steps]), ...others].join(', ')
}

type Said = Pick<DraftPreset, 'parameters' | 'recipe'>

/** The steps of what has them as a list, in their order; null where parameters say it. */
export function listOf({ parameters, recipe }: Said): string | null {
  if (parameters !== null && parameters.steps === undefined) return null
  const steps = readSteps(() =>
    parameters?.steps === undefined ? recipe?.steps : JSON.parse(parameters.steps),
  )
  if (steps === undefined) return t('a list of steps')
  return steps
    .map((step) => describeStep(step))
    .map(({ name, values }) => (values === '' ? name : `${name} ${values}`))
    .join(', ')
}

/** Defaults are not written down there; what another version of the service knew is no step here. */
function readSteps(given: () => unknown): readonly Operation[] | undefined {
  try {
    return parseRecipe({ steps: given() }).steps
  } catch {
    return undefined
  }
}
