import sharp from 'sharp'

/** Colours of a scene, from the top of the sky to what is nearest. */
interface Palette {
  sky: readonly [string, string, string]
  sun: string
  /** Of the farthest and the nearest range of hills. */
  hills: readonly [string, string]
}

const palettes: readonly Palette[] = [
  { sky: ['#20395c', '#d98a6a', '#f7d9a8'], sun: '#fff1c9', hills: ['#a4728a', '#1c1b2b'] },
  { sky: ['#5d9cc9', '#a9d1e2', '#e8f0e4'], sun: '#ffffff', hills: ['#8fb3b5', '#1f4438'] },
  { sky: ['#f2b36b', '#f6cf95', '#fae7c8'], sun: '#fffbe8', hills: ['#d99860', '#6b2f1f'] },
  { sky: ['#0d1428', '#1f2f55', '#48608c'], sun: '#eef2ff', hills: ['#34476e', '#080b14'] },
  { sky: ['#7a92a8', '#b9c6cc', '#dfe3e0'], sun: '#f6f8f7', hills: ['#9aacb3', '#3b4a52'] },
  { sky: ['#3a2f5b', '#b15f86', '#f0a58a'], sun: '#ffd9b8', hills: ['#7f4f7d', '#1d1733'] },
  { sky: ['#2f7f86', '#86c5b7', '#e3efcf'], sun: '#fdfde6', hills: ['#6da894', '#143a34'] },
]

/** The same numbers for the same seed: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/**
 * A drawn landscape with film grain: as many bytes and as much detail as a photograph of its size, and good to look
 * at in a screenshot. The same seed gives the same picture.
 */
export async function landscape(seed: number, width: number, height: number): Promise<Buffer> {
  const random = randomFrom(seed + 1)
  const palette = palettes[seed % palettes.length] as Palette
  const ranges = 6
  const horizon = 0.42 + random() * 0.2
  const shapes = Array.from({ length: ranges }, (_, index) => {
    const depth = index / (ranges - 1)
    const base = (horizon + depth * (0.98 - horizon)) * height
    const colour = mix(palette.hills[0], palette.hills[1], depth)
    return `<path d="${ridge(random, width, height, base, height * (0.05 + 0.05 * random()))}" fill="${colour}"/>`
  })
  const sunX = (0.2 + random() * 0.6) * width
  const sunY = (0.16 + random() * (horizon - 0.2)) * height
  const radius = Math.min(width, height) * (0.035 + random() * 0.035)
  const [top, middle, bottom] = palette.sky
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs>
      <linearGradient id="sky" x2="0" y2="1">
        <stop offset="0" stop-color="${top}"/>
        <stop offset="${horizon * 0.7}" stop-color="${middle}"/>
        <stop offset="${horizon}" stop-color="${bottom}"/>
      </linearGradient>
      <radialGradient id="glow">
        <stop offset="0" stop-color="${palette.sun}" stop-opacity=".75"/>
        <stop offset="1" stop-color="${palette.sun}" stop-opacity="0"/>
      </radialGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${sunX}" cy="${sunY}" r="${radius * 7}" fill="url(#glow)"/>
    <circle cx="${sunX}" cy="${sunY}" r="${radius}" fill="${palette.sun}"/>
    ${shapes.join('')}
  </svg>`
  const grain = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 26 },
    },
  })
    .png({ compressionLevel: 1 })
    .toBuffer()
  return sharp(Buffer.from(svg))
    .composite([{ input: grain, blend: 'soft-light' }])
    .removeAlpha()
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** A closed shape under a sum of a few waves. */
function ridge(random: () => number, width: number, height: number, base: number, rise: number): string {
  const waves = Array.from({ length: 5 }, (_, octave) => ({
    turns: (0.8 + random()) * 1.9 ** octave,
    phase: random() * Math.PI * 2,
    share: 0.55 ** octave,
  }))
  const steps = 160
  const points = Array.from({ length: steps + 1 }, (_, step) => {
    const at = step / steps
    const wave = waves.reduce(
      (sum, { turns, phase, share }) => sum + share * Math.sin(at * turns * Math.PI * 2 + phase),
      0,
    )
    return `${(at * width).toFixed(1)} ${(base - rise * wave).toFixed(1)}`
  })
  return `M${points.join('L')}L${width} ${height}L0 ${height}Z`
}

function mix(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const a = Number.parseInt(from.slice(at, at + 2), 16)
    const b = Number.parseInt(to.slice(at, at + 2), 16)
    return Math.round(a + (b - a) * share)
  })
  return `rgb(${channels.join(',')})`
}
