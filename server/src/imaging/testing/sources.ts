import sharp from 'sharp'

/** Limits as they are by default. */
export const limits = {
  stillPixels: 100_000_000,
  animatedPixels: 50_000_000,
  frames: 300,
  side: 32_767,
  outputSide: 8192,
  outputPixels: 40_000_000,
}

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface Pattern {
  width: number
  height: number
  channels: 1 | 3 | 4
  data: Uint8Array
}

/**
 * A drawing with a direction in every part, so that no turn, flip or shift of it looks like another: gradients, a
 * thick F in the top left, a disc, fine stripes. With four channels, alpha runs from clear to solid.
 */
export function drawing(width: number, height: number, channels: 1 | 3 | 4): Pattern {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height]
      let colour = [230 * u + 20, 220 * v + 15, 200 * (1 - u) + 30]
      const letter =
        u > 0.1 &&
        v > 0.1 &&
        v < 0.6 &&
        (u < 0.18 || (u < 0.4 && v < 0.2) || (u < 0.32 && v > 0.32 && v < 0.42))
      if (letter) colour = [250, 240, 20]
      if (Math.hypot(u - 0.72, (v - 0.68) * (height / width)) < 0.15) colour = [200, 30, 60]
      if (v > 0.85 && x % 4 < 2) colour = [10, 10, 10]
      const at = (y * width + x) * channels
      if (channels === 1) data[at] = 0.3 * (colour[0] ?? 0) + 0.6 * (colour[1] ?? 0) + 0.1 * (colour[2] ?? 0)
      else data.set(colour, at)
      if (channels === 4) data[at + 3] = u > 0.8 && v < 0.3 ? 0 : 60 + 195 * v
    }
  return { width, height, channels, data }
}

export function open({ data, ...raw }: Pattern) {
  return sharp(data, { raw })
}

/**
 * Photographic content out of a seed: clouds of noise at every scale (amplitude falling as 1/f, which is what photographs
 * have), some hard edges and a little grain.
 */
export function photograph(width: number, height: number, seed: number): Pattern {
  const next = random(seed)
  const data = new Float64Array(width * height * 3)
  for (let cells = 3, weight = 60; cells < width / 2; cells *= 2, weight *= 0.62)
    addClouds(data, width, height, cells, weight, next)
  const lines = Array.from({ length: 12 }, () => ({
    angle: next() * Math.PI,
    at: next(),
    tone: 70 * (next() - 0.5),
  }))
  const out = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let tone = 0
      for (const line of lines)
        if ((x / width) * Math.cos(line.angle) + (y / height) * Math.sin(line.angle) > line.at)
          tone += line.tone
      const grain = 5 * (next() - 0.5)
      const at = (y * width + x) * 3
      for (let c = 0; c < 3; c++)
        out[at + c] = Math.min(255, Math.max(0, 118 + (data[at + c] ?? 0) + tone + grain))
    }
  return { width, height, channels: 3, data: out }
}

/** Smooth noise: random values on a grid, with a cosine between them. */
function addClouds(
  data: Float64Array,
  width: number,
  height: number,
  cells: number,
  weight: number,
  next: () => number,
): void {
  const side = cells + 2
  const grid = Float64Array.from({ length: side * side * 3 }, () => next() - 0.5)
  const ease = (t: number) => (1 - Math.cos(t * Math.PI)) / 2
  // Once for each column: a cosine for each pixel was most of the processor time of tests that look at photographs.
  const cellOf = new Uint32Array(width)
  const easedTo = new Float64Array(width)
  for (let x = 0; x < width; x++) {
    const gx = (x / width) * cells
    cellOf[x] = Math.floor(gx) * 3
    easedTo[x] = ease(gx % 1)
  }
  for (let y = 0; y < height; y++) {
    const gy = (y / height) * cells
    const ty = ease(gy % 1)
    const row = Math.floor(gy) * side * 3
    for (let x = 0; x < width; x++) {
      const tx = easedTo[x] as number
      const from = row + (cellOf[x] as number)
      for (let c = 0; c < 3; c++) {
        const top = (grid[from + c] ?? 0) * (1 - tx) + (grid[from + 3 + c] ?? 0) * tx
        const below = (grid[from + side * 3 + c] ?? 0) * (1 - tx) + (grid[from + side * 3 + 3 + c] ?? 0) * tx
        const at = (y * width + x) * 3 + c
        data[at] = (data[at] ?? 0) + weight * (top * (1 - ty) + below * ty)
      }
    }
  }
}

/** An animation: `frames` of a disc that walks from left to right over a transparent ground. */
export async function animation(
  width: number,
  height: number,
  frames: number,
  format: 'gif' | 'webp',
): Promise<Buffer> {
  const data = new Uint8Array(width * height * frames * 4)
  for (let frame = 0; frame < frames; frame++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const inside = Math.hypot(x - (width * (frame + 0.5)) / frames, y - height / 2) < height / 3
        if (inside)
          data.set([220, 40 + ((frame * 20) % 200), 60, 255], ((frame * height + y) * width + x) * 4)
      }
  const tall = sharp(data, { raw: { width, height: height * frames, channels: 4, pageHeight: height } })
  const delay = Array.from({ length: frames }, (_, frame) => 40 + 10 * (frame % 5))
  return format === 'gif'
    ? tall.gif({ delay, loop: 3, keepDuplicateFrames: true }).toBuffer()
    : tall.webp({ delay, loop: 3, lossless: true }).toBuffer()
}
