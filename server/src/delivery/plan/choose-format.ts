import type { OutputFormat } from '@rendition/contract/recipe'
import type { Accepted } from '../request/accept.ts'

export interface FormatChoice {
  format: OutputFormat
  /** One sentence for `/explain`. */
  why: string
}

/** The best format the client takes: AVIF only when it exists already, then WebP, then what everybody reads. */
export function chooseFormat(
  accepted: Accepted,
  picture: { animated: boolean; transparent: boolean; avifExists: boolean },
): FormatChoice {
  if (accepted.avif && picture.avifExists && !picture.animated) {
    return { format: 'avif', why: 'The client takes AVIF and this one exists.' }
  }
  if (accepted.webp) {
    const missing =
      accepted.avif && !picture.animated ? ' AVIF, which the client also takes, was not made yet.' : ''
    return { format: 'webp', why: `The client takes WebP.${missing}` }
  }
  if (picture.animated)
    return { format: 'gif', why: 'The picture moves, and the client names no newer format.' }
  if (picture.transparent) {
    return { format: 'png', why: 'The picture has transparency, and the client names no newer format.' }
  }
  return { format: 'jpeg', why: 'The client names no newer format.' }
}
