// @module-tag slow/any-input
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { parseRecipe, type RecipeInput } from '@rendition/contract/recipe'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recipe, smallRecipe } from '../../../contract/src/recipe/testing/arbitrary.ts'
import { render } from './render.ts'
import { kindsOfPictures } from './testing/kinds.ts'
import { limits } from './testing/sources.ts'
import type { ImageSource, RenderedOutput } from './types.ts'

/** Small, so that hundreds of renders take seconds; beyond them a recipe is refused, which is an answer too. */
const few = {
  ...limits,
  stillPixels: 200_000,
  animatedPixels: 200_000,
  outputSide: 700,
  outputPixels: 60_000,
}
/** For each kind of picture. `RECIPE_RUNS=2000 RECIPE_SEED=1` for a long look. */
const runs = Number(process.env.RECIPE_RUNS ?? 30)
const seed = Number(process.env.RECIPE_SEED ?? 7)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipes-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const alone: RecipeInput[] = [
  { output: { metadata: 'keep' } },
  { steps: [{ op: 'trim' }] },
  {
    steps: [
      { op: 'trim', threshold: 0 },
      { op: 'trim', threshold: 255 },
    ],
  },
  { steps: [{ op: 'crop', x: 0, y: 0, width: 1, height: 1 }, { op: 'trim' }, { op: 'blur', sigma: 9 }] },
]

/** What is wrong with what a recipe gives; null for a picture that decodes, and for a refusal that names its reason. */
async function faultOf(source: ImageSource, wanted: RecipeInput): Promise<string | null> {
  let made: RenderedOutput | undefined
  try {
    const one = { name: 'one', recipe: parseRecipe(wanted) }
    made = (await render({ source, outputs: [one], limits: few })).outputs[0]
  } catch (error) {
    const judged = isFailure(error) && error.status < 500 && error.code !== 'undecodable'
    return judged ? null : `${String(error)}: ${String((error as Error).cause)}`
  }
  if (made === undefined) return 'nothing was made'
  const { width, height = 0, pageHeight = height } = await sharp(made.data).metadata()
  await sharp(made.data, { pages: -1 }).raw().toBuffer()
  const same = width === made.width && pageHeight === made.height
  return same ? null : `${made.width} × ${made.height} is ${width} × ${pageHeight}`
}

test.each(Object.keys(kindsOfPictures))('any recipe of %s is a picture or a refusal', async (kind) => {
  const bytes = await kindsOfPictures[kind]?.()
  if (bytes === undefined) throw new Error('There is no such kind.')
  const file = join(folder, 'picture')
  await writeFile(file, bytes)
  for (const wanted of alone) {
    expect([wanted, await faultOf({ bytes }, wanted)]).toEqual([wanted, null])
    expect([wanted, await faultOf({ file }, wanted)]).toEqual([wanted, null])
  }
  const wanted = fc.oneof({ weight: 5, arbitrary: smallRecipe }, { weight: 1, arbitrary: recipe })
  await fc.assert(
    fc.asyncProperty(fc.boolean(), wanted, async (fromFile, asked) => {
      expect(await faultOf(fromFile ? { file } : { bytes }, asked)).toBeNull()
    }),
    { numRuns: runs, seed },
  )
})
