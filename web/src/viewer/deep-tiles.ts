/**
 * Pixels of a side of a tile, as it is delivered. Large, because the service reads all of the original for each: a window shows
 * four of these and not sixteen.
 */
const tileSide = 2048
/** However large a picture is; at a hundred its tiles are smaller pictures than they could be, and no more of them. */
const mostTiles = 150

/** A part of the picture, in its pixels, and how wide it is delivered. */
export interface DeepTile {
  x: number
  y: number
  width: number
  height: number
  deliveredWidth: number
}

/**
 * The tiles of the whole picture for who sees it `shownWidth` device pixels wide: each at the least power of two by which it
 * can be reduced and still has a pixel for each of the screen. So a picture has few addresses, which caches know again.
 */
export function deepTiles(width: number, height: number, shownWidth: number): DeepTile[] {
  let factor = 1
  while (width / (factor * 2) >= shownWidth) factor *= 2
  const countAt = (one: number) => Math.ceil(width / (tileSide * one)) * Math.ceil(height / (tileSide * one))
  while (countAt(factor) > mostTiles) factor *= 2
  const side = tileSide * factor
  const tiles: DeepTile[] = []
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      const part = { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) }
      tiles.push({ ...part, deliveredWidth: Math.max(1, Math.ceil(part.width / factor)) })
    }
  }
  return tiles
}

/** The parameters of a tile's URL. */
export function tileParameters({ x, y, width, height, deliveredWidth }: DeepTile): Record<string, string> {
  return { crop: [x, y, width, height].join(','), width: String(deliveredWidth), format: 'auto' }
}
