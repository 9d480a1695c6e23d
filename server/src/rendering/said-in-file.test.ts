import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { renderingConfigSchema } from './config.ts'
import { createRendering } from './index.ts'
import { limits } from './testing/limits.ts'

const rendering = createRendering({ limits, config: renderingConfigSchema.parse({}) })
const folder = await mkdtemp(join(tmpdir(), 'said-'))
afterAll(() => Promise.all([rendering.close(), rm(folder, { recursive: true })]))

/** A picture in a file as that format. */
async function rendered(file: string, format: 'tiff' | 'jpeg'): Promise<Buffer> {
  const outputs = [{ name: 'one', recipe: parseRecipe({ output: { format } }) }]
  const made = await rendering.render({ source: { file }, outputs }, { timeoutMs: 20_000, lane: 'bulk' })
  return Buffer.from(made.outputs[0]?.data ?? [])
}

test('the tags of a TIFF that its decoder opens by itself are read beside it', async () => {
  const [photo, tiff] = [join(folder, 'photo'), join(folder, 'tiff')]
  const drawn = sharp({ create: { width: 24, height: 16, channels: 3, background: '#4a7' } })
  await writeFile(
    photo,
    await drawn
      .withExif({ IFD0: { Artist: 'Anne' } })
      .jpeg()
      .toBuffer(),
  )
  const named = (await rendered(photo, 'tiff')).toString('latin1')
  // XMP says it, too
  await writeFile(tiff, Buffer.from(named.replaceAll('dc:creator', 'dc:nothing'), 'latin1'))
  const { exif } = await sharp(await rendered(tiff, 'jpeg')).metadata()
  expect(exif?.toString('latin1')).toContain('Anne')
})
