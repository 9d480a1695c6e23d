import type { Output, OutputFormat } from '@rendition/contract/recipe'
import type { Sharp } from 'sharp'

/**
 * Qualities that look alike (JPEG 80 is what most services use) and efforts at the knee of the curve. Measured on a
 * 24-megapixel photograph scaled to 1920 × 1280, one thread; `docs/imaging.md` has the tables.
 */
export const defaultQuality: Readonly<Record<'jpeg' | 'webp' | 'avif', number>> = {
  jpeg: 80,
  webp: 80,
  avif: 55,
}

/** Effort 2: 102 ms and 252 KiB; 4 (sharp's default): 255 ms and 240 KiB; 0: 104 ms and 286 KiB. */
const webpEffort = 2
/** Effort 1, 4:2:0: 0.4 s and 167 KiB; 2: 0.8 s and 170 KiB; 3: 1.4 s and 162 KiB; 4, sharp's default: many seconds. */
const avifEffort = 1
/** Of imagequant. 1: 0.7 s and 1,463 KiB; 7, sharp's default: 2.7 s and 1,298 KiB. */
const paletteEffort = 1

/** As many bytes as 4 and 0.4 dB less for two thirds of the time; 1 and 2 are the same; 7: five times the time, 3 % fewer bytes. */
const gifEffort = 3

/** What the encoder may know beyond the output description. */
export interface Grain {
  /** Photographic rather than drawn: adaptive filters make such a PNG 40 % smaller, and a drawing 25 % larger. */
  photographic: boolean
  /** To be measured and not to be kept: AVIF with the least effort, a third of the time. */
  hasty?: boolean
}

/** Puts the encoder behind a pipeline. */
export function encode(
  pipeline: Sharp,
  format: OutputFormat,
  output: Output,
  { photographic, hasty = false }: Grain,
): Sharp {
  const { lossless, progressive } = output
  // A word was settled before, or stands for what the format has by default
  const quality = typeof output.quality === 'number' ? output.quality : undefined
  switch (format) {
    case 'jpeg':
      // Optimised Huffman tables save 2 % of the bytes for 2.5 times the encoder's time; progressive needs them
      return pipeline.jpeg({
        quality: quality ?? defaultQuality.jpeg,
        progressive,
        optimiseCoding: progressive,
      })
    case 'png':
      // PNG is lossless unless a quality is asked for: then it has a palette
      return quality === undefined || quality === 100 || lossless
        ? pipeline.png({ compressionLevel: 6, adaptiveFiltering: photographic, progressive, palette: false })
        : pipeline.png({ palette: true, quality, effort: paletteEffort, progressive })
    case 'webp':
      return lossless
        ? pipeline.webp({ lossless: true, quality: 100, effort: 0 })
        : pipeline.webp({ quality: quality ?? defaultQuality.webp, effort: webpEffort })
    case 'avif':
      return lossless
        ? pipeline.avif({ lossless: true, effort: avifEffort, chromaSubsampling: '4:4:4' })
        : pipeline.avif({
            quality: quality ?? defaultQuality.avif,
            effort: hasty ? 0 : avifEffort,
            chromaSubsampling: '4:2:0',
          })
    case 'gif':
      // Duplicate frames stay: who counts frames counts the same number. Quality is the number of colours.
      return pipeline.gif({
        effort: gifEffort,
        colours: gifColours(quality),
        progressive,
        keepDuplicateFrames: true,
      })
    case 'tiff':
      return quality === undefined || lossless
        ? pipeline.tiff({ compression: 'deflate', predictor: 'horizontal' })
        : pipeline.tiff({ compression: 'jpeg', quality })
  }
}

/** 100 is all 256 colours, 1 is 4. */
function gifColours(quality: number | undefined): number {
  return quality === undefined ? 256 : Math.max(4, Math.round((256 * quality) / 100))
}
