import { Failure, isFailure } from '@rendition/contract'
import libheif from 'libheif-js/wasm-bundle.js'
import { plainTiff } from '../imaging/index.ts'

// Numbers of libheif's public headers (heif_image.h, heif_security.h).
const colorspaceRgb = 1
const chromaRgb = 10
const chromaRgba = 11
/** The same with 16 bits for a sample, the lower byte first. */
const chromaDeepRgb = 14
const chromaDeepRgba = 15
const channelInterleaved = 10
const securityLimitExceeded = 1000
/** `struct heif_error`: two ints and a pointer. */
const errorBytes = 12
/** Where `max_image_size_pixels`, a 64-bit integer, lies in `struct heif_security_limits`. */
const maximumPixelsAt = 8
/** A profile or a metadata block of more bytes than this is left out, and so are blocks after so many. */
const longestBlock = 2 ** 22
const mostBlocks = 64
const nothing = new Uint8Array(0)

/** A decoded HEIC: a TIFF for sharp, and the EXIF of the file, which sharp does not read from a TIFF; empty for none. */
export interface DecodedHeic {
  bytes: Uint8Array
  exif: Uint8Array
}

/**
 * Decodes the primary picture of a HEIC (HEVC) file: sharp's libvips holds no HEVC decoder. Rotation and mirroring
 * of the container are applied; the colour profile (Display P3 on phones) and XMP go with the pixels into an
 * uncompressed TIFF, so that colour and rights are handled where they are for every other source.
 *
 * Runs to its end without yielding: only for a process that can be killed. The memory that WebAssembly took stays
 * taken, so the process should be replaced afterwards. `maximumPixels` holds for every tile and layer inside, which
 * the header cannot vouch for; `colour` is the profile of a file that has none of its own; `bits` 16 keeps values as they are stored. Failures: `undecodable`, `too_many_pixels`.
 */
export function decodeHeic(
  file: Uint8Array,
  maximumPixels: number,
  colour: Uint8Array | null,
  bits: 8 | 16 = 8,
): DecodedHeic {
  const own = new Memory()
  try {
    const context = own.keep(libheif._heif_context_alloc(), libheif._heif_context_free)
    const limits = libheif._heif_context_get_security_limits(context)
    own.view().setUint32(limits + maximumPixelsAt, maximumPixels, true)
    own.view().setUint32(limits + maximumPixelsAt + 4, 0, true)
    const data = own.copy(file)
    own.check((error) => libheif._heif_context_read_from_memory(error, context, data, file.length, 0))
    const handle = own.keep(
      own.out((error, out) => libheif._heif_context_get_primary_image_handle(error, context, out)),
      libheif._heif_image_handle_release,
    )
    const alpha = libheif._heif_image_handle_has_alpha_channel(handle) !== 0
    const embedded = readProfile(own, handle)
    const profile = embedded.length > 0 ? embedded : (colour ?? nothing)
    const { exif, xmp } = readMetadata(own, handle)
    const image = own.keep(
      own.out((error, out) =>
        libheif._heif_decode_image(error, handle, out, colorspaceRgb, chromaOf(alpha, bits), 0),
      ),
      libheif._heif_image_release,
    )
    const width = libheif._heif_image_get_width(image, channelInterleaved)
    const height = libheif._heif_image_get_height(image, channelInterleaved)
    const strideOut = own.allocate(4)
    const plane = libheif._heif_image_get_plane_readonly(image, channelInterleaved, strideOut)
    if (plane === 0 || width < 1 || height < 1) throw new Failure('undecodable')
    const stride = own.view().getUint32(strideOut, true)
    const channels = alpha ? 4 : 3
    if (bits === 16) widen(plane, stride * height, image)
    const rows = { start: plane, stride, bytes: libheif.HEAPU8 }
    return { bytes: plainTiff({ width, height, channels, bits, rows, profile, xmp }), exif }
  } finally {
    own.release()
  }
}

function chromaOf(alpha: boolean, bits: 8 | 16): number {
  if (bits === 8) return alpha ? chromaRgba : chromaRgb
  return alpha ? chromaDeepRgba : chromaDeepRgb
}

/** Samples of 10 or 12 bits as ones of 16, in place. */
function widen(plane: number, length: number, image: number): void {
  const used = libheif._heif_image_get_bits_per_pixel_range(image, channelInterleaved)
  const samples = new Uint16Array(libheif.HEAPU8.buffer, plane, length >> 1)
  for (let at = 0; at < samples.length; at++) samples[at] = (samples[at] ?? 0) << (16 - used)
}

function readProfile(own: Memory, handle: number): Uint8Array {
  const size = libheif._heif_image_handle_get_raw_color_profile_size(handle)
  if (size === 0 || size > longestBlock) return nothing
  const data = own.allocate(size)
  own.check((error) => libheif._heif_image_handle_get_raw_color_profile(error, handle, data))
  return libheif.HEAPU8.slice(data, data + size)
}

/** EXIF from its TIFF header on, and XMP, of the primary picture. What is damaged is left out: it must not cost the picture. */
function readMetadata(own: Memory, handle: number): { exif: Uint8Array; xmp: Uint8Array } {
  const found: ReturnType<typeof readMetadata> = { exif: nothing, xmp: nothing }
  const ids = own.allocate(mostBlocks * 4)
  const count = libheif._heif_image_handle_get_list_of_metadata_block_IDs(handle, 0, ids, mostBlocks)
  for (let index = 0; index < Math.min(count, mostBlocks); index++) {
    const id = own.view().getUint32(ids + index * 4, true)
    const type = own.text(libheif._heif_image_handle_get_metadata_type(handle, id))
    const content = own.text(libheif._heif_image_handle_get_metadata_content_type(handle, id))
    const isXmp = type === 'mime' && content === 'application/rdf+xml'
    if (type === 'Exif' && found.exif.length === 0) found.exif = exifIn(readBlock(own, handle, id))
    else if (isXmp && found.xmp.length === 0) found.xmp = readBlock(own, handle, id)
  }
  return found
}

function readBlock(own: Memory, handle: number, id: number): Uint8Array {
  const size = libheif._heif_image_handle_get_metadata_size(handle, id)
  if (size === 0 || size > longestBlock) return nothing
  const data = own.allocate(size)
  try {
    own.check((error) => libheif._heif_image_handle_get_metadata(error, handle, id, data))
  } catch (error) {
    if (isFailure(error, 'undecodable')) return nothing
    throw error
  }
  return libheif.HEAPU8.slice(data, data + size)
}

/** Behind four bytes that say how many more lie before the TIFF header (ISO/IEC 23008-12, annex A). */
function exifIn(block: Uint8Array): Uint8Array {
  if (block.length < 4) return nothing
  const skipped = new DataView(block.buffer, block.byteOffset).getUint32(0)
  return block.subarray(4 + skipped)
}

/** What one decode took inside the WebAssembly heap, given back in the opposite order. */
class Memory {
  private readonly kept: (() => void)[] = []

  /** A fresh view: the heap moves when it grows. */
  view(): DataView {
    return new DataView(libheif.HEAPU8.buffer)
  }

  /** A string of C, which libheif keeps; of a short one, for names. */
  text(pointer: number): string {
    if (pointer === 0) return ''
    const { HEAPU8: heap } = libheif
    const end = heap.indexOf(0, pointer)
    return Buffer.from(heap.subarray(pointer, Math.min(end, pointer + 64))).toString('latin1')
  }

  keep(pointer: number, free: (pointer: number) => void): number {
    if (pointer === 0) throw new Failure('render_too_large')
    this.kept.push(() => free(pointer))
    return pointer
  }

  allocate(bytes: number): number {
    return this.keep(libheif._malloc(bytes), libheif._free)
  }

  copy(bytes: Uint8Array): number {
    const at = this.allocate(bytes.length)
    libheif.HEAPU8.set(bytes, at)
    return at
  }

  /** Runs a call that reports by `struct heif_error`. */
  check(call: (error: number) => void): void {
    const error = this.allocate(errorBytes)
    call(error)
    const [code, detail] = [this.view().getInt32(error, true), this.view().getInt32(error + 4, true)]
    if (code === 0) return
    const cause = `libheif error ${code}, ${detail}`
    throw new Failure(detail === securityLimitExceeded ? 'too_many_pixels' : 'undecodable', undefined, {
      cause,
    })
  }

  /** The same for a call that also gives a pointer. */
  out(call: (error: number, out: number) => void): number {
    const at = this.allocate(4)
    this.check((error) => call(error, at))
    return this.view().getUint32(at, true)
  }

  release(): void {
    for (const free of this.kept.splice(0).reverse()) free()
  }
}
