import sharp from 'sharp'
import { expect, test } from 'vitest'
import { memoryReader } from '../header/reader.ts'
import { captioned } from '../testing/captioned.ts'
import { readMetadata } from './read-metadata.ts'
import { readSayings } from './read-sayings.ts'

const exif = { IFD0: { Make: 'Canon', Model: 'Canon EOS R5' } }
const xmp = '<dc:subject><rdf:Bag><rdf:li>See</rdf:li></rdf:Bag></dc:subject>'

/** A PNG with so much in front of its end, as tools write what they add. */
async function noted(text: string): Promise<Uint8Array> {
  const file = await captioned({ xmp }, 'png')
  const chunk = Buffer.alloc(12 + text.length)
  chunk.writeUInt32BE(text.length)
  chunk.write(`tEXt${text}`, 4, 'latin1')
  return Buffer.concat([file.subarray(0, -12), chunk, file.subarray(-12)])
}

test('of a PNG all is read but its pixels, before and behind them', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  const large = await sharp({ create: { width: 1200, height: 900, channels: 3, background: '#468', noise } })
    .png({ compressionLevel: 0 })
    .withExif(exif)
    .toBuffer()
  const said = await readSayings(memoryReader(large))
  expect(said.length).toBeLessThan(5_000)
  expect(readMetadata(said).camera).toBe('Canon EOS R5')
  const behind = await noted('jumdc2pa')
  expect(readMetadata(await readSayings(memoryReader(behind)))).toEqual(readMetadata(behind))
  expect(readMetadata(await readSayings(memoryReader(behind)))).toMatchObject({
    keywords: ['See'],
    contentCredentials: true,
  })
})

test('a PNG that breaks off, or is made of nothing but words, ends nothing', async () => {
  const whole = await noted('x'.repeat(200))
  for (const length of [0, 4, 8, 20, 60, whole.length - 100, whole.length - 3])
    expect((await readSayings(memoryReader(whole.subarray(0, length)))).length).toBeLessThanOrEqual(length)
  const empty = Buffer.alloc(12 * 70_000)
  for (let at = 0; at < empty.length; at += 12) empty.write('tEXt', at + 4, 'latin1')
  const words = Buffer.concat([whole.subarray(0, 33), empty])
  expect((await readSayings(memoryReader(words))).length).toBeLessThan(words.length)
})
