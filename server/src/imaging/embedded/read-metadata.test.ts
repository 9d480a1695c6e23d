import { imageMetadataSchema } from '@rendition/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { captioned } from '../testing/captioned.ts'
import { readMetadata } from './read-metadata.ts'
import { timeOf } from './taken-at.ts'

const exif = {
  IFD0: {
    Make: 'Canon',
    Model: 'Canon EOS R5',
    Artist: 'Anne',
    Copyright: '(C) 2024 Anne',
    ImageDescription: 'EXIF says',
  },
  IFD2: {
    DateTimeOriginal: '2024:05:01 12:30:00',
    OffsetTimeOriginal: '+02:00',
    ExposureTime: '1/250',
    FNumber: '28/10',
    ISOSpeedRatings: '400',
    FocalLength: '85/1',
    LensModel: 'RF85mm F1.2 L USM',
  },
  IFD3: {
    GPSLatitudeRef: 'S',
    GPSLatitude: '51/1 30/1 3600/100',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 3000/100',
    GPSAltitudeRef: '0',
    GPSAltitude: '2455/10',
  },
}
const xmp = `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Am See &amp; &lt;b&gt;Berg&lt;/b&gt;</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>Berge</rdf:li><rdf:li>See</rdf:li></rdf:Bag></dc:subject>
<photoshop:Credit>Agentur</photoshop:Credit><xmp:Rating>4</xmp:Rating>
<photoshop:City>Zürich</photoshop:City><photoshop:Country>Schweiz</photoshop:Country>`

test('EXIF, XMP and IPTC become one typed answer', async () => {
  const file = await captioned({
    exif,
    xmp,
    iptc: [
      [120, 'Die Beschreibung'],
      [25, 'See'],
      [25, 'Ruderboot'],
    ],
  })
  expect(readMetadata(file)).toEqual({
    takenAt: '2024-05-01T12:30:00+02:00',
    camera: 'Canon EOS R5',
    lens: 'RF85mm F1.2 L USM',
    exposure: { time: 0.004, aperture: 2.8, iso: 400, focalLength: 85 },
    title: 'Am See & Berg',
    description: 'Die Beschreibung',
    creator: 'Anne',
    credit: 'Agentur',
    copyright: '(C) 2024 Anne',
    rating: 4,
    keywords: ['Berge', 'See', 'Ruderboot'],
    contentCredentials: false,
    place: {
      latitude: -51.51,
      longitude: -0.125,
      altitude: 245.5,
      location: null,
      city: 'Zürich',
      region: null,
      country: 'Schweiz',
    },
  })
})

test.each(['png', 'webp', 'avif'] as const)('%s too', async (format) => {
  const said = readMetadata(await captioned({ exif }, format))
  expect(said).toMatchObject({
    camera: 'Canon EOS R5',
    creator: 'Anne',
    takenAt: '2024-05-01T12:30:00+02:00',
  })
  expect(said.place).toMatchObject({ latitude: -51.51 })
  expect(readMetadata(await captioned({ xmp }, format)).keywords).toEqual(['Berge', 'See'])
})

test('a camera is named once, and the place may come by XMP alone', async () => {
  const nikon = { IFD0: { Make: 'NIKON CORPORATION', Model: 'NIKON Z 6' } }
  expect(readMetadata(await captioned({ exif: nikon })).camera).toBe('NIKON Z 6')
  const sony = { IFD0: { Make: 'SONY', Model: 'ILCE-7M4' } }
  expect(readMetadata(await captioned({ exif: sony })).camera).toBe('SONY ILCE-7M4')
  const place = '<exif:GPSLatitude>47,22.5N</exif:GPSLatitude><exif:GPSLongitude>8,32,24E</exif:GPSLongitude>'
  expect(readMetadata(await captioned({ xmp: place })).place).toMatchObject({
    latitude: 47.375,
    longitude: 8.54,
  })
})

test('what tools leave in XMP alone is read from there', async () => {
  const alone = `<exif:ExposureTime>1/250</exif:ExposureTime><exif:FNumber>28/10</exif:FNumber>
<exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li></rdf:Seq></exif:ISOSpeedRatings><exif:FocalLength>85/1</exif:FocalLength>
<exif:GPSLatitude>36,30N</exif:GPSLatitude><exif:GPSLongitude>116,45W</exif:GPSLongitude>
<exif:GPSAltitude>855/10</exif:GPSAltitude><exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>
<photoshop:DateCreated>1965-07</photoshop:DateCreated>`
  expect(readMetadata(await captioned({ xmp: alone }, 'png'))).toMatchObject({
    takenAt: '1965-07-01T00:00:00',
    exposure: { time: 0.004, aperture: 2.8, iso: 400, focalLength: 85 },
    place: { latitude: 36.5, longitude: -116.75, altitude: -85.5 },
  })
})

test('the zone of a time may stand beside EXIF, which names none', async () => {
  const camera = { IFD2: { DateTimeOriginal: '2024:05:01 12:30:00' } }
  const taken = async (created: string) =>
    readMetadata(
      await captioned({ exif: camera, xmp: `<photoshop:DateCreated>${created}</photoshop:DateCreated>` }),
    ).takenAt
  expect(await taken('2024-05-01T12:30:00+02:00')).toBe('2024-05-01T12:30:00+02:00')
  expect(await taken('2024-05-01T10:30:00+00:00')).toBe('2024-05-01T12:30:00')
})

test('the zone of a time is found where another block repeats the time without', async () => {
  const camera = { IFD2: { DateTimeOriginal: '2024:05:01 12:30:00' } }
  const bare = '<exif:DateTimeOriginal>2024-05-01T12:30:00</exif:DateTimeOriginal>'
  const created = '<photoshop:DateCreated>2024-05-01T12:30:00+02:00</photoshop:DateCreated>'
  const iptc = [
    [55, '20240501'],
    [60, '123000+0200'],
  ] as const
  for (const caption of [
    { exif: camera, xmp: bare, iptc },
    { exif: camera, xmp: bare + created },
    { xmp: bare + created },
  ])
    expect(readMetadata(await captioned(caption)).takenAt).toBe('2024-05-01T12:30:00+02:00')
})

test('a number of XMP that is blank is none, and of several the first counts', async () => {
  const place = '<exif:GPSLatitude>36,30N</exif:GPSLatitude><exif:GPSLongitude>116,45W</exif:GPSLongitude>'
  const altitude = async (text: string) =>
    readMetadata(await captioned({ xmp: `${place}<exif:GPSAltitude>${text}</exif:GPSAltitude>` })).place
      ?.altitude
  expect(await altitude('')).toBeNull()
  expect(await altitude(' ')).toBeNull()
  expect(await altitude('0/1')).toBe(0)
  const speeds =
    '<exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li><rdf:li>800</rdf:li></rdf:Seq></exif:ISOSpeedRatings>'
  expect(readMetadata(await captioned({ xmp: speeds })).exposure?.iso).toBe(400)
})

test('Content Credentials are seen, and nothing is made of a file that says nothing', async () => {
  const plain = await captioned({})
  expect(readMetadata(plain)).toMatchObject({ takenAt: null, exposure: null, keywords: [], place: null })
  const signed = Buffer.concat([plain, Buffer.from('\0\0\0\x1ejumb\0\0\0\x16jumdc2pa\0\x11\0\x10', 'latin1')])
  expect(readMetadata(signed).contentCredentials).toBe(true)
})

test('times that are none are none', () => {
  for (const none of [
    '0000:00:00 00:00:00',
    '2024:02:30 10:00:00',
    '    :  :     :  :  ',
    '2024-02-30',
    '2024T10:00',
    '9999',
    '',
    'x',
    null,
    7,
  ])
    expect(timeOf(none)).toBeNull()
  expect(timeOf('1965')).toBe('1965-01-01T00:00:00')
  expect(timeOf('2024:05:01 12:30:00')).toBe('2024-05-01T12:30:00')
  expect(timeOf('2024-05-01T12:30:00.25Z', '+09:00')).toBe('2024-05-01T12:30:00+00:00')
  expect(timeOf('2024:05:01 12:30:00', '+99:00')).toBe('2024-05-01T12:30:00')
})

test('hostile bytes neither throw nor come out as anything but the type', async () => {
  const whole = await captioned({ exif, xmp, iptc: [[120, 'x'.repeat(3000)]] })
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 40 })
  await fc.assert(
    fc.property(changes, fc.nat(whole.length), (places, length) => {
      const file = Buffer.from(whole)
      for (const [at, byte] of places) file[at] = byte
      const said = readMetadata(file.subarray(0, length))
      expect(imageMetadataSchema.safeParse(said).error).toBeUndefined()
      expect(JSON.stringify(said)).not.toMatch(/[<>\0]|\\u0000/)
    }),
    { numRuns: 150 },
  )
})

test('texts are bounded', async () => {
  const long = `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${'ä'.repeat(5000)}</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag>${Array.from({ length: 300 }, (_, n) => `<rdf:li>${n}</rdf:li>`).join('')}</rdf:Bag></dc:subject>`
  const said = readMetadata(await captioned({ xmp: long }))
  expect(said.title).toHaveLength(200)
  expect(said.keywords).toHaveLength(50)
})
