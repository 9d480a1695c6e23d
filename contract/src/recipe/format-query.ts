import type { ParameterName } from './bag.ts'
import { canonical } from './canonical.ts'
import { transparent } from './colour.ts'
import type { Place } from './compass.ts'
import { type Operation, type OperationInput, operationSchema } from './operations.ts'
import { parseParameters } from './parameters.ts'
import { parseRecipe, type Recipe, type RecipeInput } from './recipe.ts'
import { stepsTextLimit } from './steps-value.ts'

type Query = [ParameterName, string][]

/**
 * The recipe as query parameters, in one spelling, or null when a bag cannot say it (its order is not the
 * documented one, an operation comes twice, padding and corners have different colours, …). Parsing the answer
 * gives the recipe again: that is checked, not hoped for.
 */
export function formatQuery(recipe: Recipe | RecipeInput): string | null {
  const { steps, output } = parseRecipe(recipe)
  const query: Query = steps.flatMap(formatStep)
  const laid = steps.find((step) => 'background' in step && step.background !== transparent)
  if (laid && 'background' in laid && !query.some(([name]) => name === 'background'))
    query.push(['background', colour(laid.background)])
  if (output.format) query.push(['format', output.format])
  if (output.quality !== undefined) query.push(['quality', String(output.quality)])
  if (output.lossless) query.push(['lossless', 'true'])
  if (output.progressive) query.push(['progressive', 'true'])
  if (output.metadata !== 'copyright') query.push(['metadata', output.metadata])
  if (output.gamut !== undefined) query.push(['gamut', output.gamut])
  if (output.hdr !== undefined) query.push(['hdr', output.hdr])
  if (output.frame !== undefined) query.push(['frame', String(output.frame)])
  if (output.maxBytes !== undefined) query.push(['maxBytes', String(output.maxBytes)])
  try {
    const again = parseParameters(query, { outputSide: Number.POSITIVE_INFINITY }).recipe
    if (canonical(again) !== canonical({ v: 1, steps, output })) return null
  } catch {
    return null
  }
  return query.map(([name, value]) => `${name}=${encode(value)}`).join('&')
}

/**
 * The recipe as query parameters, however its steps stand: as parameters where they can say it, else as a list. null where
 * the list is too long for a URL.
 */
export function formatPictureQuery(recipe: Recipe | RecipeInput): Readonly<Record<string, string>> | null {
  const short = formatQuery(recipe)
  if (short !== null) return readBack(short)
  const { steps, output } = parseRecipe(recipe)
  const file = formatQuery({ output })
  const list = JSON.stringify(steps.map(withoutDefaults))
  if (file === null || list.length > stepsTextLimit) return null
  return { steps: list, ...readBack(file) }
}

/** Names and values of a query that `formatQuery` wrote. */
function readBack(query: string): Record<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
    }),
  )
}

/** What the grammar fills in by itself is left away: URLs are short. */
function withoutDefaults(step: Operation): OperationInput {
  const whole = JSON.stringify(step)
  let short: Record<string, unknown> = { ...step }
  for (const name of Object.keys(step)) {
    const { [name]: _, ...rest } = short
    const read = operationSchema.safeParse(rest)
    if (name !== 'op' && read.success && JSON.stringify(read.data) === whole) short = rest
  }
  return short as OperationInput
}

/** Commas and colons stay readable: they are allowed in a query. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')
}

function colour(rrggbbaa: string): string {
  return rrggbbaa.endsWith('ff') ? rrggbbaa.slice(0, 6) : rrggbbaa
}

function formatStep(step: Operation): Query {
  switch (step.op) {
    case 'redact': {
      const { x, y, width, height, how, amount } = step
      return [['redact', [x, y, width, height, how, amount].join(',')]]
    }
    case 'crop':
      return [['crop', [step.x, step.y, step.width, step.height].join(',')]]
    case 'trim':
      return [['trim', step.threshold === 10 ? 'true' : String(step.threshold)]]
    case 'rotate':
      return [['rotate', String(step.angle)]]
    case 'flip':
    case 'mirror':
    case 'grayscale':
    case 'negate':
      return [[step.op, 'true']]
    case 'resize':
      return formatResize(step)
    case 'pad':
      return [['pad', formatPad([step.top, step.right, step.bottom, step.left])]]
    case 'modulate':
      return (['brightness', 'saturation', 'hue'] as const)
        .filter((name) => step[name] !== (name === 'hue' ? 0 : 1))
        .map((name) => [name, String(step[name])])
    case 'contrast':
      return [['contrast', String(step.amount)]]
    case 'gamma':
      return [['gamma', String(step.value)]]
    case 'tint':
      return [['tint', colour(step.color)]]
    case 'blur':
      return [['blur', String(step.sigma)]]
    case 'sharpen':
      return [['sharpen', step.sigma === 1 ? 'true' : String(step.sigma)]]
    case 'watermark':
      return formatWatermark(step)
    case 'radius':
      return [['radius', String(step.radius)]]
    case 'background':
      return [['background', colour(step.color)]]
  }
}

function formatResize(step: Extract<Operation, { op: 'resize' }>): Query {
  const query: Query = []
  if (step.width !== undefined) query.push(['width', String(step.width)])
  if (step.height !== undefined) query.push(['height', String(step.height)])
  if (step.fit !== 'cover') query.push(['fit', step.fit])
  if (step.gravity !== 'centre') query.push(['gravity', step.gravity])
  if (!step.enlarge) query.push(['enlarge', 'false'])
  return query
}

function formatPad([top, right, bottom, left]: readonly [number, number, number, number]): string {
  if (top !== bottom || right !== left) return [top, right, bottom, left].join(',')
  return top === right ? String(top) : `${top},${right}`
}

const placeText = (place: Place): string => (typeof place === 'string' ? place : `${place.x},${place.y}`)

function formatWatermark(step: Extract<Operation, { op: 'watermark' }>): Query {
  const query: Query = []
  if (step.text !== undefined) query.push(['watermarkText', step.text])
  if (step.imageId !== undefined) query.push(['watermarkImage', step.imageId])
  if (step.opacity !== 0.5) query.push(['watermarkOpacity', String(step.opacity)])
  if (step.position !== 'southeast') query.push(['watermarkPosition', placeText(step.position)])
  if (step.size !== 0.25) query.push(['watermarkSize', String(step.size)])
  if (step.color !== undefined) query.push(['watermarkColor', colour(step.color)])
  if (step.tile) query.push(['watermarkTile', 'true'])
  return query
}
