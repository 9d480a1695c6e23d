import type { Bag } from './bag.ts'
import type { outputParameters, requestParameters } from './bag-steps.ts'
import type { OperationInput } from './operations.ts'

/** `10` all around, `[10, 20]` vertical and horizontal, or clockwise from the top. Pixels. */
type Padding = number | readonly [number, number] | readonly [number, number, number, number]

/** What a URL alone knows; a transformation may name a preset. */
type OfUrls = Exclude<(typeof requestParameters)[number], 'preset'> | 'steps'

/** A value as a program writes it, of the value that the grammar reads. */
type Written<Name extends keyof Bag> = Name extends 'pad'
  ? Padding
  : Name extends 'trim' | 'sharpen'
    ? number | boolean
    : Name extends 'width' | 'format' | 'dpr' | 'gamut'
      ? Exclude<Bag[Name], 'auto' | undefined>
      : Exclude<Bag[Name], undefined>

/** Parameters of a transformation, typed from the grammar itself: a name or a word that is added there is known here. */
export type TransformParameters = {
  readonly [Name in keyof Omit<Bag, OfUrls>]?: Written<Name> | undefined
}

type OutputName = (typeof outputParameters)[number]

/** Parameters in their documented order, or operations in an order of one's own beside what says how the file is written. */
export type Transformation =
  | (TransformParameters & { readonly steps?: undefined })
  | ({ readonly steps: readonly OperationInput[] } & Pick<TransformParameters, OutputName>)
