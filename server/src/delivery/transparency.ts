import type { Recipe } from '@rendition/contract/recipe'

const seeThrough = (colour: string): boolean => !colour.endsWith('ff')

/** Whether a picture may hold transparent pixels: its source does, or a step lays them bare and none covers them. */
export function mayBeTransparent(recipe: Recipe | null, sourceHasAlpha: boolean): boolean {
  let transparent = sourceHasAlpha
  for (const step of recipe?.steps ?? []) {
    if (step.op === 'background') transparent = transparent && seeThrough(step.color)
    else if (step.op === 'radius') transparent = true
    else if (step.op === 'rotate') transparent ||= step.angle % 90 !== 0 && seeThrough(step.background)
    else if (step.op === 'pad') transparent ||= seeThrough(step.background)
    else if (step.op === 'resize') transparent ||= step.fit === 'contain' && seeThrough(step.background)
  }
  return transparent
}
