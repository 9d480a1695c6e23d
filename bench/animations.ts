import sharp from 'sharp'
import { photographOf } from './photographs.ts'

/** The animation of an issue of image services: as many frames, as wide. */
const frames = 259
const size = { width: 1000, height: 175 }

/** What moves in it: the camera, or a small thing before a still scene. */
export const motions = ['a camera that pans', 'a thing before a still scene'] as const

/** A GIF of 259 frames of 1000 × 175. */
export async function animationOf(motion: (typeof motions)[number]): Promise<Buffer> {
  const scene = await (await photographOf(1)).resize(1400, 300).raw().toBuffer({ resolveWithObject: true })
  const view = (left: number, top: number) =>
    sharp(scene.data, { raw: scene.info })
      .extract({ left, top, ...size })
      .png()
      .toBuffer()
  const still = await view(0, 0)
  const thing = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#d22' } })
    .png()
    .toBuffer()
  const pictures = await Promise.all(
    Array.from({ length: frames }, (_, n) =>
      motion === 'a camera that pans'
        ? view(n, Math.floor(n / 4))
        : sharp(still)
            .composite([{ input: thing, left: 3 * n, top: 50 }])
            .png()
            .toBuffer(),
    ),
  )
  return sharp(pictures, { join: { animated: true } })
    .gif({ effort: 3 })
    .toBuffer()
}
