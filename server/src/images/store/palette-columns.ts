import { colourTermsOf } from '@rendition/contract'
import type { Placeholder } from '../types.ts'

/** The colours of a picture as they are kept, and the terms it is found by; null where none were taken. */
export function paletteColumns(placeholder: Pick<Placeholder, 'palette'> | null): {
  palette: readonly string[] | null
  colours: readonly string[] | null
} {
  const palette = placeholder?.palette ?? []
  if (palette.length === 0) return { palette: null, colours: null }
  return { palette, colours: [...new Set(palette.flatMap(colourTermsOf))] }
}
