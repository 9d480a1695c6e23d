import type { OperationOf } from '@rendition/contract/recipe'
import type { Box, Size } from '../../painting/sizes.ts'
import type { Step, Steps } from './steps.ts'

export type Region = OperationOf<'redact'>
export type RegionStep = Step & { op: Region }

/** More than that in one picture is another way of cutting it. */
export const mostRegions = 12

/**
 * How many rows the list begins with that make regions unreadable. They are of the picture as it came: what is unreadable stays
 * so however it is turned and cut.
 */
export function regionsBefore(steps: Steps): number {
  const other = steps.findIndex(({ op }) => op.op !== 'redact')
  return other === -1 ? steps.length : other
}

/** The regions that can be changed by hand, those that are on. */
export const regionsOf = (steps: Steps): RegionStep[] =>
  steps
    .slice(0, regionsBefore(steps))
    .filter((step): step is RegionStep => step.on && step.op.op === 'redact')

/** A region more, in the middle, behind those that are there. */
export function addRegion(steps: Steps, size: Size): { steps: Steps; id: number } {
  const id = Math.max(0, ...steps.map((step) => step.id)) + 1
  const op: Region = { op: 'redact', ...inTheMiddle(size), how: 'pixelate', amount: amountFor(size) }
  return { steps: steps.toSpliced(regionsBefore(steps), 0, { id, on: true, op }), id }
}

/** A third of the shorter side. */
function inTheMiddle({ width, height }: Size): Box {
  const side = Math.max(1, Math.round(Math.min(width, height) / 3))
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), width: side, height: side }
}

/** Some forty blocks along the longer side, so that a face is a few of them whatever the picture's size. */
const amountFor = ({ width, height }: Size): number =>
  Math.min(100, Math.max(2, Math.round(Math.max(width, height) / 40)))
