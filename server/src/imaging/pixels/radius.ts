import { type Canvas, withAlpha } from './canvas.ts'

/**
 * Cuts the corners round, with smooth edges. As in CSS a radius reaches no further than half of the shorter side;
 * `max` is just that: a circle out of a square, a pill out of anything else. In place where there is alpha.
 */
export function radius(canvas: Canvas, wanted: number | 'max'): Canvas {
  const { width, height, data, ...rest } = withAlpha(canvas)
  const most = Math.min(width, height) / 2
  const r = wanted === 'max' ? most : Math.min(wanted, most)
  const reach = Math.ceil(r)
  for (let y = 0; y < reach; y++) {
    for (let x = 0; x < reach; x++) {
      // From the middle of the pixel to the middle of the corner's circle; one pixel of the edge is partly covered
      const cover = r - Math.hypot(r - x - 0.5, r - y - 0.5) + 0.5
      if (cover >= 1) continue
      const share = Math.max(cover, 0)
      const columns = x === width - 1 - x ? [x] : [x, width - 1 - x]
      const rows = y === height - 1 - y ? [y] : [y, height - 1 - y]
      for (const row of rows)
        for (const column of columns) {
          const at = (row * width + column) * 4 + 3
          data[at] = Math.round((data[at] ?? 0) * share)
        }
    }
  }
  return { width, height, data, ...rest }
}
