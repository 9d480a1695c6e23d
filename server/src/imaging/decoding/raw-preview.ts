import type { Treatment } from '../header/header.ts'
import { attach } from '../metadata/attach.ts'
import { noBlocks } from '../metadata/blocks.ts'
import { readExif, writeExif } from '../metadata/exif.ts'
import type { Subject } from '../metadata/tags.ts'
import { ofTheFile } from '../metadata/tags.ts'
import { viewOf } from '../metadata/values.ts'

const everything: ReadonlySet<Subject> = new Set(['picture', 'place', 'device'])
const orientationTag = 0x0112

/**
 * The preview of a camera's raw file as a JPEG of its own, turned as the raw file says and with what that tells of the
 * picture: its directories are EXIF. First, so that what the preview itself says does not count.
 */
export function previewOf(
  file: Uint8Array,
  { offset, length, orientation }: Required<Treatment>['preview'],
): Uint8Array {
  const jpeg = file.subarray(offset, offset + length)
  const known = readExif(file, everything)
  const little = known?.little ?? false
  const value = new Uint8Array(2)
  viewOf(value).setUint16(0, orientation, little)
  const directories = known?.directories ?? { image: [], exif: [], gps: [], interop: [] }
  const image = [
    ...directories.image.filter(({ tag }) => !ofTheFile.has(tag)),
    { tag: orientationTag, type: 3, count: 1, value },
  ].sort((a, b) => a.tag - b.tag)
  const exif = writeExif({ little, directories: { ...directories, image } })
  return attach(jpeg, 'jpeg', { ...noBlocks, exif })
}
