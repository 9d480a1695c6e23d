import sharp from 'sharp'
import { withGainMap } from './gain-map.ts'
import { animation, drawing, open } from './sources.ts'

const still = (width: number, height: number, channels: 1 | 3 | 4) => open(drawing(width, height, channels))

/** The largest repetition and the longest delays that a GIF can say, which are more than encoders take. */
async function slowGif(): Promise<Buffer> {
  const bytes = await animation(24, 16, 3, 'gif')
  bytes.writeUInt16LE(0xffff, bytes.indexOf('NETSCAPE2.0') + 13)
  const control = Buffer.from([0x21, 0xf9, 4])
  for (let at = bytes.indexOf(control); at >= 0; at = bytes.indexOf(control, at + 1)) {
    bytes.writeUInt16LE(0xffff, at + 4)
  }
  return bytes
}

/** A picture of every kind that is treated otherwise somewhere, as small as shows it. */
export const kindsOfPictures: Readonly<Record<string, () => Promise<Buffer>>> = {
  'photograph with EXIF': () =>
    still(64, 48, 3)
      .withExif({ IFD0: { Artist: 'Ann', Copyright: '© Ann', Make: 'Maker' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer(),
  'PNG with alpha': () => still(40, 30, 4).png().toBuffer(),
  'one pixel': () => still(1, 1, 3).png().toBuffer(),
  'one column with alpha': () => still(1, 9, 4).png().toBuffer(),
  'one colour': () =>
    sharp({ create: { width: 20, height: 12, channels: 3, background: '#808080' } })
      .webp({ lossless: true })
      .toBuffer(),
  'nothing but clear': () =>
    sharp({ create: { width: 5, height: 5, channels: 4, background: '#00000000' } })
      .png()
      .toBuffer(),
  'animated GIF': () => animation(24, 16, 3, 'gif'),
  'animation without an end': slowGif,
  'animated WebP': () => animation(24, 16, 3, 'webp'),
  'animation of one pixel': () => animation(1, 1, 2, 'gif'),
  'grey of 16 bits': () => still(32, 24, 1).toColourspace('grey16').png().toBuffer(),
  'colour of 16 bits, tagged': () =>
    still(32, 24, 3).toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
  CMYK: () => still(32, 24, 3).toColourspace('cmyk').withIccProfile('cmyk').jpeg().toBuffer(),
  'TIFF with alpha': () => still(24, 18, 4).tiff({ compression: 'deflate' }).toBuffer(),
  'AVIF with alpha': () => still(24, 18, 4).avif({ effort: 0 }).toBuffer(),
  'HDR JPEG': () => withGainMap(680, 48),
  'HDR JPEG on its side': () => withGainMap(48, 680, 6),
  'HDR JPEG with a damaged map': async () => {
    const text = (await withGainMap(680, 48)).toString('latin1')
    return Buffer.from(text.replace('hdrgm:Gamma="1"', 'hdrgm:Gamma="0"'), 'latin1')
  },
}
