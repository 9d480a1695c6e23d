/** The shapes of answers, by the names they have in the API reference. */
export type ShapeName =
  | 'SessionTokens'
  | 'User'
  | 'Image'
  | 'ImagePage'
  | 'ImageStatus'
  | 'Explanation'
  | 'Upload'
  | 'Job'
  | 'JobPage'
  | 'Event'

/** Throws when `value` is not of the shape. Meant for development and tests: see `checkShape`. */
export type ShapeCheck = (shape: ShapeName, value: unknown) => void
