/** Where an item of an `iloc` box lies. */
export interface ItemLocation {
  id: number
  /** 0: in the file; 1: in `idat`; 2: in another item. */
  method: number
  extents: { offset: number; length: number }[]
}

/** The content of an `iloc` box (ISO/IEC 14496-12, 8.11.3). Throws `RangeError` when it breaks off or is not sane. */
export function readLocations(content: Uint8Array, mostExtents = Number.POSITIVE_INFINITY): ItemLocation[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength)
  const version = view.getUint8(0)
  const [offsetSize, lengthSize] = [view.getUint8(4) >> 4, view.getUint8(4) & 15]
  const [baseSize, indexSize] = [view.getUint8(5) >> 4, version === 0 ? 0 : view.getUint8(5) & 15]
  let at = 6
  const next = (size: number): number => {
    let value = 0
    for (let left = size; left > 0; left--) value = value * 256 + view.getUint8(at++)
    return value
  }
  const locations: ItemLocation[] = []
  for (let left = next(version < 2 ? 2 : 4); left > 0; left--) {
    const id = next(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : next(2) & 15
    next(2)
    const base = next(baseSize)
    const extents: ItemLocation['extents'] = []
    const count = next(2)
    if (count > mostExtents) throw new RangeError('an item in too many pieces')
    for (let extent = count; extent > 0; extent--) {
      next(indexSize)
      const offset = base + next(offsetSize)
      extents.push({ offset, length: next(lengthSize) })
    }
    locations.push({ id, method, extents })
  }
  return locations
}
