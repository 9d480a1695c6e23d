import type { Operation } from '@rendition/contract/recipe'
import type { Phrase } from '../languages/catalogue.ts'

/** A look by its name: what it does to colours. */
export interface Look {
  readonly name: Phrase
  readonly operations: readonly Operation[]
}

const colour = (brightness: number, saturation: number, hue = 0): Operation => ({
  op: 'modulate',
  brightness,
  saturation,
  hue,
})
const contrast = (amount: number): Operation => ({ op: 'contrast', amount })
const gamma = (value: number): Operation => ({ op: 'gamma', value })

export const looks: readonly Look[] = [
  { name: 'As it is', operations: [] },
  { name: 'Vivid', operations: [colour(1.02, 1.35), contrast(1.1)] },
  { name: 'Soft', operations: [colour(1.05, 0.85), contrast(0.88), gamma(1.1)] },
  { name: 'Faded', operations: [colour(1.08, 0.65), contrast(0.78)] },
  { name: 'Deep', operations: [colour(0.95, 1.1), contrast(1.22), gamma(0.9)] },
  { name: 'Black and white', operations: [contrast(1.1), { op: 'grayscale' }] },
  { name: 'Silver', operations: [contrast(1.3), gamma(1.15), { op: 'grayscale' }] },
  { name: 'Sepia', operations: [contrast(1.05), { op: 'tint', color: '8a5a2bff' }] },
  { name: 'Cyanotype', operations: [contrast(1.1), { op: 'tint', color: '1f5a94ff' }] },
]
