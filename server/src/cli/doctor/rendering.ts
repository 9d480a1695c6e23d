import { crc32, deflateSync } from 'node:zlib'
import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import { createRendering } from '../../rendering/index.ts'
import type { Config } from '../../roles/config.ts'
import type { Check } from './check.ts'

/** One picture through a real render process, into every kind of file. */
export function checkRendering(config: Config): Check {
  return {
    name: 'rendering',
    advice: 'Run npm ci again on this machine: the image library comes as a binary for one platform.',
    async look() {
      const rendering = createRendering({
        limits: config.limits,
        config: { ...config.rendering, processes: 1 },
      })
      const formats = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const
      try {
        const { outputs } = await rendering.render(
          {
            source: { bytes: testPicture(320, 200) },
            outputs: formats.map((format) => ({
              name: format,
              recipe: parseRecipe({ steps: defaultPresets.thumbnail.steps, output: { format } }),
            })),
          },
          { timeoutMs: 30_000, lane: 'interactive' },
        )
        const wrong = outputs.filter(({ width, height }) => width !== 150 || height !== 150)
        if (outputs.length !== formats.length || wrong.length > 0)
          throw new Error('the test picture came out wrong')
        return `a test picture came out right as ${formats.join(', ')}`
      } finally {
        await rendering.close()
      }
    },
  }
}

/** A PNG of a colour gradient, made by hand so that nothing but rendering is under test. */
export function testPicture(width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (1 + width * 3) + 1 + x * 3
      rows[at] = Math.round((x / width) * 255)
      rows[at + 1] = Math.round((y / height) * 255)
      rows[at + 2] = 128
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits a channel, RGB.
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
