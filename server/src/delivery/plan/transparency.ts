import type { Operation, Recipe } from '@rendition/contract/recipe'

const seeThrough = (colour: string): boolean => !colour.endsWith('ff')

/** Whether a picture may hold transparent pixels: its source does, or a step lays them bare and none covers them. */
export function mayBeTransparent(recipe: Recipe | null, sourceHasAlpha: boolean): boolean {
  return (recipe?.steps ?? []).reduce(after, sourceHasAlpha)
}

/** Each operation is named: one that was forgotten here would lose its transparency in a JPEG. */
function after(transparent: boolean, step: Operation): boolean {
  switch (step.op) {
    case 'background':
      return transparent && seeThrough(step.color)
    case 'radius':
      return true
    case 'rotate':
      return transparent || (step.angle % 90 !== 0 && seeThrough(step.background))
    case 'pad':
      return transparent || seeThrough(step.background)
    case 'resize':
      return transparent || (step.fit === 'contain' && seeThrough(step.background))
    case 'redact':
    case 'crop':
    case 'trim':
    case 'flip':
    case 'mirror':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'tint':
    case 'watermark':
      return transparent
  }
}
