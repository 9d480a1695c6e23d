import { defaultPresets, parseParameters } from '@rendition/contract/recipe'
import { expect, it } from 'vitest'
import type { PresetSet } from '../../images/index.ts'
import type { Admitted } from '../request/admit.ts'
import { type ChooseOptions, choosePlan } from './choose-plan.ts'

const setOf = (version: number): PresetSet => ({
  version,
  presets: new Map([['small', { name: 'small', recipe: defaultPresets.small }]]),
})

/** What `preset=small&v=1&set=2` is, where the sets come in force that `during` gives while it is planned. */
async function fixedWhere(before: number, during: number): Promise<boolean> {
  let inForce = setOf(before)
  const admitted = {
    image: { facts: { ownerId: 'owner', focalPoint: null } },
    version: { recipe: null, assets: [], original: { frames: 1, hasAlpha: false } },
    query: parseParameters({ preset: 'small', v: '1', set: '2' }),
    stranger: true,
    audience: 'public',
  } as unknown as Admitted
  const options = {
    config: { metadataPublic: 'copyright', metadataSigned: 'details' },
    images: {
      presets: () => inForce,
      settle: (_version: unknown, recipe: unknown) => {
        inForce = setOf(during)
        return { recipe, choice: null, unmeasured: false }
      },
      checkFaces: () => {},
      assets: async () => [],
      renditionKey: () => 'key',
    },
  } as unknown as ChooseOptions
  return (await choosePlan(admitted, undefined, options)).fixed
}

it.each([
  [2, 2, true],
  // What other presets made of it must not be kept for a year by a URL that names those of now
  [1, 2, false],
  [2, 3, false],
])('a URL of set 2, asked in set %i and answered in set %i, is fixed: %s', async (before, during, fixed) => {
  expect(await fixedWhere(before, during)).toBe(fixed)
})
