import sharp from 'sharp'
import { expect, test } from 'vitest'
import { creditsIn, readMetadata } from './embedded/read-metadata.ts'
import { tagsOf, tagsOfBlocks } from './embedded/tags-of.ts'
import { memoryReader } from './header/reader.ts'
import { attach } from './metadata/attach.ts'
import { noBlocks } from './metadata/blocks.ts'
import { textEntry, writeExif } from './metadata/exif.ts'
import { creditSet, writePhotoshop } from './metadata/iptc.ts'
import { saidInTiff } from './metadata/said-in-tiff.ts'
import { creditTags } from './output/credits.ts'
import { distance } from './testing/compare.ts'
import { decoded, renderOne } from './testing/rendering.ts'
import { limits, open, photograph } from './testing/sources.ts'
import { tiffOf } from './testing/tiff.ts'

const place = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' }
const exif = { IFD0: { Copyright: '© Someone', Artist: 'A. Photographer', Make: 'Camera' }, IFD3: place }
const photo = (width = 80, height = 60) => open(photograph(width, height, 7))

/** The names of what EXIF holds, by their tags: place, rights, maker. */
function told(exifBlock: Buffer | undefined): string[] {
  const text = exifBlock?.toString('latin1') ?? ''
  return ['Someone', 'Photographer', 'Camera'].filter((word) => text.includes(word))
}

/** Whether an EXIF block points at a directory of places (tag 0x8825). */
function placed(exifBlock: Buffer | undefined): boolean {
  return (
    exifBlock !== undefined &&
    (exifBlock.includes(Buffer.from([0x88, 0x25])) || exifBlock.includes(Buffer.from([0x25, 0x88])))
  )
}

test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
  '%s: who made it is kept, where is not, unless asked for',
  async (format) => {
    const source = await photo().withExif(exif).jpeg().toBuffer()
    expect(placed((await sharp(source).metadata()).exif)).toBe(true)
    const of = async (query: string) =>
      (await sharp((await renderOne(source, `${query}&format=${format}`)).data).metadata()).exif
    const byDefault = await of('w=40')
    // Of a TIFF they are tags of its own
    expect(told(byDefault)).toEqual(format === 'tiff' ? [] : ['Someone', 'Photographer'])
    expect(placed(byDefault)).toBe(false)
    expect(await of('w=40&metadata=strip')).toBeUndefined()
    if (format === 'tiff') return
    const details = await of('w=40&metadata=details')
    expect(told(details)).toEqual(['Someone', 'Photographer', 'Camera'])
    expect(placed(details)).toBe(false)
    for (const query of ['w=40&metadata=keep', 'w=40&rotate=20&gamma=2&metadata=keep']) {
      const kept = await of(query)
      expect(told(kept), query).toEqual(['Someone', 'Photographer', 'Camera'])
      expect(placed(kept)).toBe(true)
    }
  },
)

test('rights hold no markup and no control characters', () => {
  const entry = textEntry(creditTags.copyright, '© <b>Someone</b>\u202e\u0007 <script>x</script>')
  const directories = { image: [entry], exif: [], gps: [], interop: [] }
  const block = writeExif({ little: false, directories })
  expect(creditsIn(tagsOfBlocks({ exif: block })).copyright).toBe('© Someone x')
})

test('keeping everything does not change the pixels', async () => {
  const source = await photo().withExif(exif).png().toBuffer()
  for (const query of ['rotate=20&gamma=2&format=png', 'radius=9&format=png'])
    expect(
      distance(
        await decoded((await renderOne(source, query)).data),
        await decoded((await renderOne(source, `${query}&metadata=keep`)).data),
      ),
    ).toBeLessThanOrEqual(1)
})

test.each([2, 3, 6, 7, 8])('orientation %i is baked in and forgotten', async (orientation) => {
  const source = await photo()
    .withMetadata({ orientation })
    .withExifMerge(exif)
    .jpeg({ quality: 95 })
    .toBuffer()
  const upright = await sharp(source).autoOrient().raw().toBuffer({ resolveWithObject: true })
  for (const query of ['format=png', 'format=png&metadata=keep', 'format=png&gamma=1.001&metadata=keep']) {
    const { data, width, height } = await renderOne(source, query)
    expect([width, height]).toEqual([upright.info.width, upright.info.height])
    expect((await sharp(data).metadata()).orientation ?? 1).toBe(1)
    const canvas = await decoded(data)
    expect(distance({ ...canvas, data: upright.data, channels: 3 }, canvas)).toBeLessThanOrEqual(1)
  }
})

test('a picture that nothing is done to never grows, and loses its place all the same', async () => {
  for (const make of [
    () => photo().withExif(exif).jpeg({ quality: 20 }).toBuffer(),
    () => photo().withExif({ IFD3: place }).webp({ quality: 5 }).toBuffer(),
    () => photo().withExif({ IFD3: place }).png({ palette: true, colours: 4, effort: 10 }).toBuffer(),
    () => photo().gif({ colours: 4 }).toBuffer(),
  ]) {
    const source = await make()
    for (const query of ['', 'w=5000&h=5000&fit=inside&enlarge=false', 'quality=100']) {
      const made = await renderOne(source, query)
      expect(made.data.length).toBeLessThanOrEqual(source.length)
      expect([made.width, made.height]).toEqual([80, 60])
      const { exif: left } = await sharp(made.data).metadata()
      expect(placed(left)).toBe(false)
      expect(left ? told(left) : []).not.toContain('Camera')
      expect(distance(await decoded(made.data), await decoded(source))).toBe(0)
    }
  }
})

test('rights outlive a picture that is left as it is', async () => {
  const source = await photo().withExif(exif).jpeg({ quality: 20 }).toBuffer()
  const { exif: kept } = await sharp((await renderOne(source, '')).data).metadata()
  expect(told(kept)).toEqual(['Someone', 'Photographer'])
  expect((await sharp((await renderOne(source, 'metadata=strip')).data).metadata()).exif).toBeUndefined()
})

test('the original is its own bytes', async () => {
  const source = await photo().withExif(exif).jpeg().toBuffer()
  const made = await renderOne(source, { output: { metadata: 'keep' } })
  expect(Buffer.from(made.data).equals(source)).toBe(true)
  expect(limits.stillPixels).toBeGreaterThan(0)
})

/** A packet as writers make them, with an instruction around it or without. */
const packet = (attributes: string, properties: string): Buffer =>
  Buffer.from(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${attributes}>${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`,
  )

const agency = packet(
  'photoshop:Credit="Agency &amp; &lt;Co"',
  '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">A</rdf:li></rdf:Alt></dc:rights>',
).toString()

/** What Photoshop keeps of IPTC: copyright notice (2:116) and credit (2:110). */
function iptcBlock(texts: Readonly<Record<number, string>>): Buffer {
  const sets = Object.entries(texts).map(([number, text]) => {
    const value = Buffer.from(text)
    return Buffer.concat([Buffer.from([0x1c, 2, Number(number), 0, value.length]), value])
  })
  const stream = Buffer.concat(sets)
  const head = Buffer.from('8BIM\u0004\u0004\0\0\0\0\0\0', 'latin1')
  head.writeUInt32BE(stream.length, 8)
  return Buffer.concat([head, stream, Buffer.alloc(stream.length % 2)])
}

test('rights are read from EXIF, XMP and IPTC, and rubbish is no rights', () => {
  const image = [textEntry(creditTags.artist, 'Ä'), textEntry(creditTags.copyright, '© 2026 x')]
  const exif = writeExif({ little: false, directories: { image, exif: [], gps: [], interop: [] } })
  const nothing = { creator: null, credit: null, copyright: null }
  expect(creditsIn(tagsOfBlocks({ exif }))).toEqual({ ...nothing, creator: 'Ä', copyright: '© 2026 x' })
  const rubbish = [
    new Uint8Array(3),
    new Uint8Array(400).fill(255),
    new Uint8Array(70_000),
    packet('', '<dc:rights>'),
  ]
  for (const block of rubbish)
    expect(creditsIn(tagsOfBlocks({ exif: block, xmp: block, iptc: block }))).toEqual(nothing)
  const xmp = packet(
    'photoshop:Credit="Agency &amp; Co"',
    '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:rights><dc:creator><rdf:Seq><rdf:li>C</rdf:li><rdf:li>D</rdf:li></rdf:Seq></dc:creator>',
  )
  expect(creditsIn(tagsOfBlocks({ xmp }))).toEqual({
    creator: 'C; D',
    credit: 'Agency & Co',
    copyright: 'A & B',
  })
  expect(creditsIn(tagsOfBlocks({ iptc: iptcBlock({ 110: 'Wire', 116: '© Paper' }) }))).toEqual({
    ...nothing,
    credit: 'Wire',
    copyright: '© Paper',
  })
})

test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
  '%s: who is to be named stays as who owns it does',
  async (format) => {
    const source = await photo().withXmp(agency).jpeg().toBuffer()
    for (const query of ['w=40', 'w=40&metadata=details']) {
      const { exif, xmp } = await sharp(
        (await renderOne(source, `${query}&format=${format}`)).data,
      ).metadata()
      expect(creditsIn(tagsOfBlocks({ exif, xmp })), query).toMatchObject({
        credit: 'Agency & Co',
        copyright: 'A',
      })
    }
    const bare = await sharp(
      (await renderOne(source, `w=40&metadata=strip&format=${format}`)).data,
    ).metadata()
    expect([bare.exif, bare.xmp]).toEqual([undefined, undefined])
  },
)

test.each(['tiff', 'gif'] as const)(
  '%s: who made it, owns it and is to be named stays, and nothing else',
  async (format) => {
    const source = await photo().withExif(exif).withXmp(agency).jpeg().toBuffer()
    for (const query of ['w=40', 'w=40&metadata=keep']) {
      const { data } = await renderOne(source, `${query}&format=${format}`)
      const text = Buffer.from(data).toString('latin1')
      const packed = text.slice(text.indexOf('<?xpacket begin'), text.indexOf('<?xpacket end'))
      expect(
        creditsIn(tagsOfBlocks({ xmp: Buffer.from(`${packed}<?xpacket end="r"?>`, 'latin1') })),
        query,
      ).toEqual({
        creator: 'A. Photographer',
        credit: 'Agency & Co',
        copyright: '(C) Someone',
      })
      if (format === 'tiff')
        expect(tagsOf(data).exif).toMatchObject({ Copyright: { description: '(C) Someone' } })
      expect(text).not.toContain('Camera')
      const bare = await renderOne(source, `w=40&metadata=strip&format=${format}`)
      expect(Buffer.from(bare.data).toString('latin1')).not.toMatch(/Someone|xpacket/)
      expect(distance(await decoded(data), await decoded(bare.data))).toBe(0)
    }
  },
)

test('a credit that IPTC alone names goes along where there is no place for IPTC', async () => {
  const source = await photo()
    .withXmp(packet('', '<dc:rights><rdf:Alt><rdf:li>A</rdf:li></rdf:Alt></dc:rights>').toString())
    .jpeg()
    .toBuffer()
  const named = attach(source, 'jpeg', { ...noBlocks, iptc: writePhotoshop(creditSet('Wire')) })
  const { xmp } = await sharp((await renderOne(named, 'w=40&metadata=details&format=webp')).data).metadata()
  expect(creditsIn(tagsOfBlocks({ xmp }))).toMatchObject({ credit: 'Wire', copyright: 'A' })
})

/** An EXIF block of these two and nothing else. */
function ownedBy(artist: string, copyright: string): Uint8Array {
  const image = [textEntry(creditTags.artist, artist), textEntry(creditTags.copyright, copyright)]
  return writeExif({ little: false, directories: { image, exif: [], gps: [], interop: [] } })
}

/** Whom a rendition names. */
async function saidBy(rendition: Uint8Array) {
  const { exif, xmp, iptc } = await sharp(rendition).metadata()
  return creditsIn(tagsOfBlocks({ exif, xmp, iptc }))
}

test('a TIFF whose own tags alone name who made and owns it says so in renditions', async () => {
  const bare = await photo().tiff().toBuffer()
  const source = attach(bare, 'tiff', { ...noBlocks, exif: ownedBy('A. Photographer', '© Someone') })
  for (const format of ['jpeg', 'webp', 'png', 'avif']) {
    const { data } = await renderOne(source, `w=40&format=${format}`)
    expect(await saidBy(data), format).toEqual({
      creator: 'A. Photographer',
      credit: null,
      copyright: '© Someone',
    })
    const stripped = await renderOne(source, `w=40&format=${format}&metadata=strip`)
    expect((await sharp(stripped.data).metadata()).exif).toBeUndefined()
  }
})

test.each([
  ['as libvips decodes it', { photometry: 2 }],
  ['as we decode it', { photometry: 8 }],
  ['with offsets of 64 bits', { photometry: 2, big: true }],
] as const)('a TIFF whose IPTC names whom to credit, %s', async (_, kind) => {
  const stream = Buffer.concat([creditSet('Wire!'), Buffer.alloc(1)])
  const values = Array.from({ length: stream.length >> 1 }, (__, index) => stream.readUInt16LE(index * 2))
  const source = tiffOf({
    width: 4,
    height: 4,
    bits: [8, 8, 8],
    data: new Uint8Array(48).fill(120),
    more: [[33723, values]],
    ...kind,
  })
  for (const query of ['format=jpeg', 'format=webp&metadata=details', 'format=jpeg&metadata=keep'])
    expect((await saidBy((await renderOne(source, query)).data)).credit, query).toBe('Wire!')
})

test('a TIFF that is cut off or refers to itself says what there is', async () => {
  const bare = await photo().tiff().toBuffer()
  const source = attach(bare, 'tiff', { ...noBlocks, exif: ownedBy('A. Photographer', '© Someone') })
  for (let length = 0; length < source.length; length += 97)
    await expect(saidInTiff(memoryReader(source.subarray(0, length)))).resolves.toBeTypeOf('object')
  const ring = Buffer.alloc(2000)
  ring.write('II*\0\x08\0\0\0\x80\0', 'latin1')
  for (let at = 10; at + 12 <= ring.length; at += 12) {
    ring.writeUInt16LE(0x8769, at)
    ring.writeUInt32LE(8, at + 8)
  }
  expect(await saidInTiff(memoryReader(ring))).toEqual({})
})

test('what a GIF says in XMP is kept in renditions, and told', async () => {
  const xmp = packet(
    'photoshop:Credit="Wire"',
    '<dc:creator><rdf:Seq><rdf:li>Änne</rdf:li></rdf:Seq></dc:creator>',
  )
  const source = attach(await photo().gif().toBuffer(), 'gif', { ...noBlocks, xmp })
  const credits = { creator: 'Änne', credit: 'Wire', copyright: null }
  expect(readMetadata(source)).toMatchObject(credits)
  for (const format of ['jpeg', 'webp']) {
    expect(await saidBy((await renderOne(source, `w=40&format=${format}`)).data)).toEqual(credits)
    const bare = await sharp((await renderOne(source, `format=${format}&metadata=strip`)).data).metadata()
    expect(bare.xmp ?? bare.exif).toBeUndefined()
  }
  for (const query of ['format=gif', 'w=40&format=gif'])
    expect(readMetadata((await renderOne(source, query)).data)).toMatchObject(credits)
})

test.each([
  ['attribute', packet("photoshop:Credit=''", '')],
  ['element', packet('', '<photoshop:Credit> </photoshop:Credit>')],
  ['closed element', packet('', '<photoshop:Credit/>')],
])('a credit stands once where the packet has one of nothing, as %s', async (_, empty) => {
  const source = attach(await photo().jpeg().toBuffer(), 'jpeg', {
    ...noBlocks,
    xmp: empty,
    iptc: writePhotoshop(creditSet('Wire')),
  })
  const { xmp } = await sharp((await renderOne(source, 'w=40&metadata=details&format=webp')).data).metadata()
  expect(xmp?.toString().match(/photoshop:Credit[\s=>/]/g)).toHaveLength(2)
  expect(creditsIn(tagsOfBlocks({ xmp })).credit).toBe('Wire')
})
