import type { Operation } from '@rendition/contract/recipe'
import { halved } from './pace.ts'
import { createPainter, type Painter } from './painter.ts'
import { isComputed, passesOf, staysInPlace } from './passes.ts'
import { type Size, sizeBehind } from './sizes.ts'

/** What operations make of a picture, a few hundred pixels wide, drawn in the page; null where that cannot be. */
export type DrawSmall = (operations: readonly Operation[]) => ImageData | null

/** Pixels of the longer side at least, where the picture has them: what a hundred are on a sharp screen. */
const smallSide = 200

/** Of what the service alone can draw the rest is left out, but for colours: it would be another part of the picture. */
export function drawSmall(
  painter: Painter,
  picture: Size,
  whole: Size,
  operations: readonly Operation[],
): ImageData | null {
  const drawn = isComputed(operations) ? operations : operations.filter(staysInPlace)
  const { width, height } = sizeBehind(drawn, whole)
  const longer = (Math.max(width, height) * picture.width) / whole.width
  const level = Math.max(0, Math.floor(Math.log2(longer / smallSide)))
  const at = { width: halved(picture.width, level), height: halved(picture.height, level) }
  const passes = passesOf(drawn, at, at.width / whole.width)
  return passes === null ? null : painter.read(passes, level)
}

/** For a picture that is not on a canvas already; null where the browser has no WebGL2. */
export function drawSmallOf(picture: ImageBitmap): { draw: DrawSmall; end(): void } | null {
  const canvas = document.createElement('canvas')
  const painter = createPainter(canvas)
  if (painter === null) return null
  const size = { width: picture.width, height: picture.height }
  painter.setPicture(picture)
  return {
    draw: (operations) => drawSmall(painter, size, size, operations),
    end() {
      painter.end()
      // A browser gives sixteen of them, and takes the oldest away from whoever has it.
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
    },
  }
}
