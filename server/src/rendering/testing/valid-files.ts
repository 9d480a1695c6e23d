import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'

/** A picture with edges, clouds and grain, so that every part of a decoder has work. */
function picture(width: number, height: number, channels: 3 | 4): Sharp {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const stripe = (x >> 3) % 2 === 0 ? 40 : 0
      data.set([(x * 2 + stripe) & 255, (y * 3) & 255, ((x * y) >> 2) & 255], at)
      if (channels === 4) data[at + 3] = (x + y) & 255
    }
  return sharp(data, { raw: { width, height, channels } })
}

function animation(frames: number): Sharp {
  const [width, height] = [40, 30]
  const data = new Uint8Array(width * height * frames * 4)
  for (let at = 0; at < data.length; at += 4) data.set([(at >> 6) & 255, (at >> 9) & 255, 90, 255], at)
  return sharp(data, { raw: { width, height: height * frames, channels: 4, pageHeight: height } })
}

const exif = { IFD0: { Artist: 'A', Copyright: 'B' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } }

/** Valid files of every format that is taken, in the kinds that decoders treat apart. */
export async function validFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const [opaque, clear] = [picture(96, 64, 3), picture(96, 64, 4)]
  const made: Record<string, Promise<Uint8Array>> = {
    jpeg: opaque.clone().jpeg().toBuffer(),
    'jpeg progressive, with metadata': opaque
      .clone()
      .withMetadata({ orientation: 6 })
      .withExif(exif)
      .withIccProfile('p3')
      .jpeg({ progressive: true })
      .toBuffer(),
    'jpeg cmyk': opaque.clone().toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer(),
    'jpeg grey': opaque.clone().toColourspace('b-w').jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    png: clear.clone().png().toBuffer(),
    'png interlaced': opaque.clone().png({ progressive: true }).toBuffer(),
    'png of a palette': clear.clone().png({ palette: true, effort: 1 }).toBuffer(),
    'png of 16 bits': opaque.clone().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    webp: clear.clone().webp({ effort: 0 }).toBuffer(),
    'webp lossless': opaque.clone().withExif(exif).webp({ lossless: true, effort: 0 }).toBuffer(),
    'webp animated': animation(5).webp({ effort: 0 }).toBuffer(),
    gif: opaque.clone().gif({ effort: 1 }).toBuffer(),
    'gif animated': animation(5).gif({ effort: 1 }).toBuffer(),
    'tiff deflated': clear.clone().tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer(),
    'tiff lzw': opaque.clone().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer(),
    'tiff of jpegs, tiled': opaque
      .clone()
      .tiff({ compression: 'jpeg', tile: true, tileWidth: 32, tileHeight: 32 })
      .toBuffer(),
    avif: opaque.clone().withExif(exif).avif({ effort: 0 }).toBuffer(),
    'avif with alpha': clear.clone().avif({ effort: 0 }).toBuffer(),
    heic: readFile(fileURLToPath(new URL('./quarters.heic', import.meta.url))),
  }
  const entries = Object.entries(made).map(async ([name, making]) => [name, await making] as const)
  return new Map(await Promise.all(entries))
}
