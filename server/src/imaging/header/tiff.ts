import { Failure } from '@rendition/contract'
import type { Header } from './header.ts'
import { readRaw } from './raw-preview.ts'
import { damaged, type Window } from './reader.ts'
import { isCanonRaw } from './sniff.ts'
import { TiffDirectory, type TiffForm } from './tiff-directory.ts'
import type { TiffCompression, TiffLayout, TiffPhotometry } from './tiff-layout.ts'

const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometry: 262,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripLengths: 279,
  planar: 284,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileLengths: 325,
  extraSamples: 338,
  sampleFormat: 339,
  subsampling: 530,
  xmp: 700,
  profile: 34675,
} as const

const compressions: Readonly<Record<number, TiffCompression>> = {
  1: 'none',
  5: 'lzw',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
}
/** CCITT (1, 2, 3, 4 in libtiff's order) and JPEG, which libtiff alone reads. */
const nativeCompressions: ReadonlySet<number> = new Set([2, 3, 4, 7])
const compressionNames: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  34661: 'JBIG',
  34676: 'SGI Log',
  34677: 'SGI Log',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}
const photometries: Readonly<Record<number, TiffPhotometry>> = {
  0: 'white-is-zero',
  1: 'black-is-zero',
  2: 'rgb',
  6: 'ycbcr',
  8: 'lab',
}
const photometryNames: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32844: 'LogL pixels',
  32845: 'LogLuv pixels',
}

const refused = (detail: string): Failure => new Failure('unsupported_media_type', detail)
const rawCamera =
  'Raw camera files are not accepted, unless they hold a preview of the whole picture: upload a JPEG, TIFF or HEIC made from it.'
/** Bytes of a profile, and of XMP: longer ones are left out. */
const longestBlock = 1 << 22

/** The first directory's picture: later pages are not shown, so a chain of directories that loops is never followed. */
export async function tiffHeader(file: Window): Promise<Header> {
  const start = await file.view(0, 8)
  const little = start.getUint16(0) === 0x4949
  const big = start.getUint16(2, little) === 43
  const form: TiffForm = { little, big }
  const canon = isCanonRaw(await file.upTo(0, 12))
  const at = await firstDirectory(file, start, form)
  const directory = await TiffDirectory.read(file, form, at).catch((error: unknown) => {
    throw canon ? refused(rawCamera) : error
  })
  const noted = await directory.one(tags.orientation, 1)
  const orientation = noted >= 1 && noted <= 8 ? noted : 1
  const raw = await readRaw(file, form, directory, canon)
  if (raw) {
    if (!raw.preview) throw refused(rawCamera)
    const { offset, length, header } = raw.preview
    return { ...header, orientation, treatment: { preview: { offset, length, orientation } } }
  }
  const [width, height] = [await directory.one(tags.width, 0), await directory.one(tags.height, 0)]
  if (width === 0 || height === 0) throw damaged('The TIFF has no size.')
  const layout = await ownLayout(directory, form, { width, height, orientation })
  return {
    width,
    height,
    orientation,
    frames: 1,
    hasAlpha: layout ? layout.alpha : directory.has(tags.extraSamples),
    ...(layout && { treatment: { tiff: layout } }),
  }
}

async function firstDirectory(file: Window, start: DataView, { little, big }: TiffForm): Promise<number> {
  if (!big) return start.getUint32(4, little)
  const offset = await file.view(8, 8)
  const [high, low] = [offset.getUint32(little ? 4 : 0, little), offset.getUint32(little ? 0 : 4, little)]
  return high * 2 ** 32 + low
}

/** How to read what libvips gets wrong; null for what it gets right. Throws for what neither reads, by its name. */
async function ownLayout(
  directory: TiffDirectory,
  { little }: TiffForm,
  size: Pick<TiffLayout, 'width' | 'height' | 'orientation'>,
): Promise<TiffLayout | null> {
  const compression = await directory.one(tags.compression, 1)
  const photometry = await directory.one(tags.photometry, 1)
  const allBits = await directory.all(tags.bits)
  const bits = allBits[0] ?? 1
  const samples = await directory.one(tags.samples, 1)
  const format = await directory.one(tags.sampleFormat, 1)
  const packing = compressions[compression]
  if (!packing && !nativeCompressions.has(compression)) {
    const name = compressionNames[compression] ?? `a compression of number ${compression}`
    throw refused(`TIFF files with ${name} are not accepted.`)
  }
  const named = photometryNames[photometry]
  if (named) throw refused(`TIFF files with ${named} are not accepted.`)
  if (packing === undefined) return null
  if (isNative({ photometry, bits, samples, format })) return null
  const meaning = photometries[photometry]
  const tiled = directory.has(tags.tileWidth)
  const extra = await directory.one(tags.extraSamples, 0)
  const colours = meaning === 'white-is-zero' || meaning === 'black-is-zero' ? 1 : 3
  const [across = 1, down = 1] = directory.has(tags.subsampling)
    ? await directory.all(tags.subsampling)
    : [2, 2]
  const layout: TiffLayout = {
    little,
    ...size,
    photometry: meaning ?? 'rgb',
    compression: packing,
    samples,
    bits,
    float: format === 3,
    alpha: samples > colours && (extra === 1 || extra === 2),
    associated: extra === 1,
    predictor: await directory.one(tags.predictor, 1),
    planar: samples > 1 && (await directory.one(tags.planar, 1)) === 2,
    subsampling: meaning === 'ycbcr' ? [across, down] : [1, 1],
    block: tiled
      ? { width: await directory.one(tags.tileWidth, 0), height: await directory.one(tags.tileHeight, 0) }
      : {
          width: size.width,
          height: Math.min(await directory.one(tags.rowsPerStrip, size.height), size.height),
        },
    offsets: await directory.all(tiled ? tags.tileOffsets : tags.stripOffsets),
    lengths: await directory.all(tiled ? tags.tileLengths : tags.stripLengths),
    profile: await directory.bytes(tags.profile, longestBlock),
    xmp: await directory.bytes(tags.xmp, longestBlock),
  }
  if (!meaning || !isOurs(layout, allBits, format, colours)) throw refused(nameOf(photometry, bits, format))
  return layout
}

interface Kind {
  photometry: number
  bits: number
  samples: number
  format: number
}

/** What libvips shows as it is meant. */
function isNative({ photometry, bits, samples, format }: Kind): boolean {
  if (format !== 1 && format !== 4) return false
  if (photometry <= 1) return samples === 1 ? [1, 2, 4, 8, 16].includes(bits) : bits === 8 || bits === 16
  if (photometry === 2) return samples >= 3 && (bits === 8 || bits === 16)
  if (photometry === 3) return samples === 1 && [1, 2, 4, 8].includes(bits)
  return photometry === 5 && samples >= 4 && (bits === 8 || bits === 16)
}

/** What our own reader shows. */
function isOurs(layout: TiffLayout, allBits: readonly number[], format: number, colours: number): boolean {
  const { bits, samples, photometry, planar, predictor, float, block, subsampling } = layout
  if (format !== 1 && format !== 3) return false
  if (allBits.some((one) => one !== bits) || samples < colours || samples > 8) return false
  if (block.width < 1 || block.height < 1 || block.width * block.height > 1 << 28) return false
  if (float) return bits === 32 && (photometry === 'rgb' || colours === 1) && predictor <= 3
  if (bits < 1 || bits > 32 || predictor > 2) return false
  if (predictor === 2 && bits !== 8 && bits !== 16) return false
  if (photometry === 'lab') return bits === 8 || bits === 16
  if (photometry !== 'ycbcr') return true
  return (
    bits === 8 &&
    samples === 3 &&
    !planar &&
    predictor === 1 &&
    subsampling.every((n) => [1, 2, 4].includes(n))
  )
}

function nameOf(photometry: number, bits: number, format: number): string {
  const numbers = format === 3 ? 'floating point numbers' : format === 2 ? 'signed numbers' : 'numbers'
  const colours = ['grey', 'grey', 'RGB', 'palette', 'mask', 'CMYK', 'YCbCr', '', 'L*a*b*'][photometry] ?? ''
  return `TIFF files of this kind are not accepted: ${colours || 'unknown'} colours, ${numbers} of ${bits} bits.`
}
