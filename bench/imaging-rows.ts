import type { OperationInput, RecipeInput } from '@rendition/contract/recipe'
import type { Sharp } from 'sharp'

const inside: OperationInput = { op: 'resize', width: 1024, height: 1024, fit: 'inside' }

/** Each operation on the whole picture, which is scaled down and written as a JPEG only afterwards. */
function before(...steps: OperationInput[]): RecipeInput {
  return { steps: [...steps, inside], output: { format: 'jpeg' } }
}

export interface Box {
  width: number
  height: number
}

export const operations: Record<string, (size: Box) => RecipeInput> = {
  'resize inside, nothing else': () => before(),
  'resize cover': () => ({
    steps: [{ op: 'resize', width: 1024, height: 1024 }],
    output: { format: 'jpeg' },
  }),
  'resize cover, attention': () => ({
    steps: [{ op: 'resize', width: 1024, height: 1024, gravity: 'attention' }],
    output: { format: 'jpeg' },
  }),
  'resize contain': () => ({
    steps: [{ op: 'resize', width: 1024, height: 1024, fit: 'contain', background: 'navy' }],
    output: { format: 'jpeg' },
  }),
  'crop to a quarter': ({ width, height }) =>
    before({
      op: 'crop',
      x: Math.floor(width / 4),
      y: Math.floor(height / 4),
      width: width >> 1,
      height: height >> 1,
    }),
  trim: () => before({ op: 'trim' }),
  'rotate 90': () => before({ op: 'rotate', angle: 90 }),
  'rotate 10': () => before({ op: 'rotate', angle: 10, background: 'navy' }),
  flip: () => before({ op: 'flip' }),
  mirror: () => before({ op: 'mirror' }),
  pad: () => before({ op: 'pad', top: 50, right: 50, bottom: 50, left: 50, background: 'navy' }),
  radius: () => before({ op: 'radius', radius: 200 }),
  grayscale: () => before({ op: 'grayscale' }),
  'blur 2': () => before({ op: 'blur', sigma: 2 }),
  'blur 20': () => before({ op: 'blur', sigma: 20 }),
  sharpen: () => before({ op: 'sharpen', sigma: 1 }),
  'brightness, saturation, hue': () => before({ op: 'modulate', brightness: 1.1, saturation: 1.2, hue: 10 }),
  contrast: () => before({ op: 'contrast', amount: 1.2 }),
  gamma: () => before({ op: 'gamma', value: 1.5 }),
  tint: () => before({ op: 'tint', color: 'orange' }),
  negate: () => before({ op: 'negate' }),
  'watermark of text': () => before({ op: 'watermark', text: 'Rendition', size: 0.4, opacity: 0.6 }),
  'watermark of text, tiled': () =>
    before({ op: 'watermark', text: 'Rendition', size: 0.2, opacity: 0.4, tile: true }),
}

/** Writing the whole picture. */
export const encoders: Record<string, RecipeInput['output']> = {
  jpeg: { format: 'jpeg', quality: 80 },
  'jpeg progressive': { format: 'jpeg', progressive: true },
  webp: { format: 'webp' },
  'webp lossless': { format: 'webp', lossless: true },
  avif: { format: 'avif' },
  png: { format: 'png' },
  'png of a palette': { format: 'png', quality: 80 },
  gif: { format: 'gif' },
  tiff: { format: 'tiff' },
}

/** Files to read; the slow ones are not made at every size. */
export const decoders: Record<string, { most: number; file: (pixels: Sharp) => Sharp }> = {
  jpeg: { most: 50, file: (pixels) => pixels.jpeg({ quality: 90 }) },
  'jpeg progressive': { most: 50, file: (pixels) => pixels.jpeg({ quality: 90, progressive: true }) },
  png: { most: 50, file: (pixels) => pixels.png({ compressionLevel: 6 }) },
  'png interlaced': { most: 50, file: (pixels) => pixels.png({ compressionLevel: 6, progressive: true }) },
  webp: { most: 50, file: (pixels) => pixels.webp({ quality: 85, effort: 0 }) },
  avif: { most: 24, file: (pixels) => pixels.avif({ quality: 60, effort: 0 }) },
  gif: { most: 12, file: (pixels) => pixels.gif({ effort: 1 }) },
  tiff: { most: 50, file: (pixels) => pixels.tiff({ compression: 'lzw' }) },
}
