import type { ColourName } from './colours.ts'

export const orientations = ['landscape', 'portrait', 'square'] as const
export const kindsOfFile = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heic'] as const
export const possessions = [
  'location',
  'title',
  'description',
  'tags',
  'camera',
  'credentials',
  'alt',
] as const
export const states = ['favourite', 'archived', 'public', 'private', 'animated'] as const
export const measures = ['width', 'height', 'size', 'rating'] as const
export const comparisons = ['>=', '<=', '>', '<', '='] as const

/** One thing that a picture must be, or must not. */
export type SearchTerm = { negated: boolean } & (
  | { kind: 'word'; text: string }
  /** Words one behind the other. */
  | { kind: 'phrase'; text: string }
  /** `begins`: `holi*`, and what follows does not matter. */
  | { kind: 'tag'; text: string; begins: boolean }
  | { kind: 'camera' | 'lens' | 'album'; text: string }
  | { kind: 'type'; type: (typeof kindsOfFile)[number] }
  /** Days: the first that counts, and the first that does not any more; null for no end. */
  | { kind: 'date'; from: string | null; until: string | null }
  | { kind: 'measure'; of: (typeof measures)[number]; is: (typeof comparisons)[number]; value: number }
  /** A name, or `#rrggbb`. */
  | { kind: 'colour'; colour: ColourName | `#${string}` }
  | { kind: 'orientation'; orientation: (typeof orientations)[number] }
  | { kind: 'has'; what: (typeof possessions)[number] }
  | { kind: 'is'; state: (typeof states)[number] }
)

/** What is wrong with a search, and from which character on, counted from 0. */
export class SearchFault extends Error {
  readonly position: number
  constructor(position: number, message: string) {
    super(message)
    this.name = 'SearchFault'
    this.position = position
  }
}
