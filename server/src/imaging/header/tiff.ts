import { Failure } from '@rendition/contract'
import type { Header } from './header.ts'
import { damaged, type Window } from './reader.ts'

const tags = { width: 256, height: 257, samples: 277, orientation: 274, extraSamples: 338, dngVersion: 50706 }
/** Bytes per value of the types that matter here: BYTE, SHORT, LONG. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 }

/**
 * The first directory only: later pages are not shown, so a chain of directories that loops is never followed. A
 * digital negative is refused: what libtiff finds in it is a thumbnail.
 */
export async function tiffHeader(file: Window): Promise<Header> {
  const start = await file.view(0, 8)
  const little = start.getUint16(0) === 0x4949
  const directory = start.getUint32(4, little)
  const entries = (await file.view(directory, 2)).getUint16(0, little)
  const found = new Map<number, number>()
  const view = await file.view(directory + 2, entries * 12)
  for (let index = 0; index < entries; index++) {
    const at = index * 12
    const type = view.getUint16(at + 2, little)
    const size = sizes[type]
    if (!size) continue
    const value =
      size === 1
        ? view.getUint8(at + 8)
        : size === 2
          ? view.getUint16(at + 8, little)
          : view.getUint32(at + 8, little)
    found.set(view.getUint16(at, little), value)
  }
  if (found.has(tags.dngVersion))
    throw new Failure('unsupported_media_type', 'Raw camera files are not accepted.')
  const [width, height] = [found.get(tags.width) ?? 0, found.get(tags.height) ?? 0]
  if (width === 0 || height === 0) throw damaged('The TIFF has no size.')
  const orientation = found.get(tags.orientation) ?? 1
  return {
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    frames: 1,
    hasAlpha: found.has(tags.extraSamples),
  }
}
