import type { german } from './german/german.ts'
import type { Forms } from './texts.ts'

type German = typeof german
type Keys<Kind> = { [K in keyof German]: German[K] extends Kind ? K : never }[keyof German]

/** A text that has its German: any other does not compile. */
export type Text = Keys<string>
/** A text that stands with a number. */
export type CountedText = Keys<Forms>

/** The names in `{…}` of a text. */
export type Holes<T> = T extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never
/** What fills the holes of a text: nothing where it has none. */
export type Fill<T, Kind, Given = never> = [Exclude<Holes<T>, Given>] extends [never]
  ? []
  : [Record<Exclude<Holes<T>, Given>, Kind>]

/** A text without holes: what tables hold, to be spoken where it is shown. */
export type Phrase = { [K in Text]: [Holes<K>] extends [never] ? K : never }[Text]
