/**
 * Widths, in pixels, that anyone may ask of a public image unless a server configures others: those of next/image
 * (device and image sizes) and of unpic up to 3840, so that their markup works without a signature.
 */
export const defaultLadder: readonly number[] = [
  32, 48, 64, 96, 128, 256, 384, 480, 640, 750, 828, 960, 1080, 1200, 1280, 1668, 1920, 2048, 2560, 3200,
  3840,
]

/** The smallest step that is not below the wanted width, else the largest. */
export function snapToLadder(width: number, ladder: readonly number[] = defaultLadder): number {
  return ladder.find((step) => step >= width) ?? ladder.at(-1) ?? width
}
