import { hitchhikersSSIM } from '@blazediff/ssim/hitchhikers-ssim'
import { outputSchema } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { guarded } from './failures.ts'
import { encode } from './output/encode.ts'
import { toCanvas } from './pass.ts'
import { type Canvas, withAlpha } from './pixels/canvas.ts'
import {
  CURVE_EPOCH,
  type Measured,
  type MeasuredFormat,
  probes,
  type QualityCurve,
} from './quality/curve.ts'
import { openCanvas } from './source.ts'

/**
 * Pixels, the longer side, of the copy that is measured: three encodings of it take 19 ms of processor time; at 256
 * pixels they take 27 and say no more about the sizes that are asked for.
 */
export const measuredSide = 192
/** A smaller picture is mostly edges of blocks: its numbers are those of no photograph. */
const leastSide = 128

/** How size and likeness of a picture fall with quality, from a small copy of its pixels. */
export async function measureQuality(picture: Canvas): Promise<QualityCurve> {
  if (Math.max(picture.width, picture.height) < leastSide) return { epoch: CURVE_EPOCH, unmeasured: 'small' }
  if (Math.min(picture.width, picture.height) < windowSide * 2)
    return { epoch: CURVE_EPOCH, unmeasured: 'small' }
  const copy = await smallCopy(picture)
  if (isTransparent(copy)) return { epoch: CURVE_EPOCH, unmeasured: 'transparent' }
  if (isDrawn(copy)) return { epoch: CURVE_EPOCH, unmeasured: 'drawn' }
  return {
    epoch: CURVE_EPOCH,
    points: {
      jpeg: await measure(copy, 'jpeg'),
      webp: await measure(copy, 'webp'),
      avif: await measure(copy, 'avif'),
    },
  }
}

async function smallCopy(picture: Canvas): Promise<Canvas> {
  if (Math.max(picture.width, picture.height) <= measuredSide) return picture
  const small = openCanvas(picture).resize(measuredSide, measuredSide, { fit: 'inside' })
  return (await toCanvas(small, false, 'operate')).canvas
}

const windowSide = 8

async function measure(copy: Canvas, format: MeasuredFormat): Promise<Measured> {
  const { quality, head } = probes[format]
  const output = outputSchema.parse({ format, quality })
  const grain = { photographic: true, hasty: true }
  const data = await guarded('encode', () =>
    encode(openCanvas(copy).removeAlpha(), format, output, grain).toBuffer(),
  )
  return {
    similarity: round(Math.min(1, Math.max(0, await likeness(copy, data))), 1e5),
    bits: round(Math.max(0.01, ((data.length - head) * 8) / (copy.width * copy.height)), 1e4),
  }
}

/** How near a file of it comes to an opaque picture: Hitchhiker's SSIM, 1 is equal. */
export async function likeness(picture: Canvas, file: Uint8Array): Promise<number> {
  const { width, height } = picture
  const back = (await toCanvas(sharp(file), false, 'decode')).canvas
  const [one, other] = [withAlpha(picture).data, withAlpha(back).data]
  return hitchhikersSSIM(one, other, undefined, width, height, { windowSize: windowSide })
}

/** What is kept is read by people too, and equal on machines that round the last bit otherwise. */
const round = (value: number, parts: number): number => Math.round(value * parts) / parts

const isTransparent = ({ data, channels }: Canvas): boolean => {
  if (channels !== 4) return false
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return true
  return false
}

/** Of all pixels beside each other, those that are equal: a photograph has few, a drawing, a text or a screenshot most. */
const drawnShare = 0.5

function isDrawn({ data, channels, width, height }: Canvas): boolean {
  let equal = 0
  for (let y = 0; y < height; y += 1)
    for (let x = 1; x < width; x += 1) {
      const at = (y * width + x) * channels
      const before = at - channels
      if (data[at] === data[before] && data[at + 1] === data[before + 1] && data[at + 2] === data[before + 2])
        equal += 1
    }
  return equal > drawnShare * height * (width - 1)
}
