/** Placeholder of the shape, filled by the grammar. */
export interface Recipe {
  v: 1
  steps: readonly { op: string }[]
  output: { format: string }
}
