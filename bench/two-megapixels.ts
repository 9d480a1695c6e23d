import sharp from 'sharp'

/** Detail at every scale, as a camera gives it: noise on top of a gradient. */
export async function photo(seed: number): Promise<Buffer> {
  const [width, height] = [1732, 1155]
  const noise = await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 120 + (seed % 20), sigma: 30 },
    },
  })
    .blur(1.2)
    .png()
    .toBuffer()
  return sharp(noise).jpeg({ quality: 85 }).toBuffer()
}
