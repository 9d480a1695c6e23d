import { z } from 'zod'

const text = z.string().nullable()

/** Where a picture was taken. Coordinates and names come apart: one may be there without the other. */
export const placeSchema = z
  .object({
    latitude: z.number().min(-90).max(90).nullable().describe('Degrees, north is positive.'),
    longitude: z.number().min(-180).max(180).nullable().describe('Degrees, east is positive.'),
    altitude: z.number().nullable().describe('Metres above the sea.'),
    location: text.describe('A part of a city, or a building.'),
    city: text,
    region: text,
    country: text,
  })
  .meta({ id: 'ImagePlace' })
export type Place = z.infer<typeof placeSchema>

/** What a file says of its picture: EXIF, XMP and IPTC in one shape. */
export const imageMetadataSchema = z
  .object({
    takenAt: text.describe(
      'ISO 8601: `2024-05-01T12:30:00+02:00`; without an offset where the file names none, and then the time of the place. Of a day, month or year alone its first second.',
    ),
    camera: text,
    lens: text,
    exposure: z
      .object({
        time: z.number().nullable().describe('Seconds.'),
        aperture: z.number().nullable().describe('The f-number.'),
        iso: z.number().int().nullable(),
        focalLength: z.number().nullable().describe('Millimetres, of the lens.'),
      })
      .nullable(),
    title: text,
    description: text,
    creator: text,
    credit: text.describe('Whom to name beside the picture.'),
    copyright: text,
    rating: z.number().int().min(0).max(5).nullable(),
    keywords: z.array(z.string()),
    contentCredentials: z
      .boolean()
      .describe('Whether the file is signed by C2PA. What is made of it carries no such signature.'),
    place: placeSchema
      .nullable()
      .describe('For the owner alone: null for everybody else, and in events and webhooks.'),
  })
  .meta({ id: 'ImageMetadata' })
export type ImageMetadata = z.infer<typeof imageMetadataSchema>
