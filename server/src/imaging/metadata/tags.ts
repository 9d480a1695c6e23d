/**
 * What a piece of metadata tells of: how the picture was taken and by whom, where, with whose device, or how its HDR
 * gain map is applied.
 */
export type Subject = 'picture' | 'place' | 'device' | 'gain'

/** How a value must look, so that nothing else can travel under a known tag. */
type Shape = 'text' | 'numbers' | 'bytes'

export interface TagRule {
  subject: Subject
  shape: Shape
}

export type DirectoryName = 'image' | 'exif' | 'gps' | 'interop'

/** Tags of the pointers from one directory to the next. */
export const pointers = { exif: 0x8769, gps: 0x8825, interop: 0xa005 } as const
export const orientationTag = 0x0112

function rules(
  ...groups: readonly (readonly [Subject, Shape, readonly number[]])[]
): ReadonlyMap<number, TagRule> {
  return new Map(
    groups.flatMap(([subject, shape, tags]) => tags.map((tag) => [tag, { subject, shape }] as const)),
  )
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/**
 * Everything of EXIF (CIPA DC-008, and what Windows writes) that may leave the service. What is not named here does
 * not exist for us: previews (IFD1), notes of makers, what nobody knows.
 */
export const knownTags: Readonly<Record<DirectoryName, ReadonlyMap<number, TagRule>>> = {
  image: rules(
    // ImageDescription, Make, Model, Software, ModifyDate, Artist, Copyright
    ['picture', 'text', [0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298]],
    // Size, orientation, resolution, reference white, YCbCr, ratings
    [
      'picture',
      'numbers',
      [
        0x0100,
        0x0101,
        orientationTag,
        0x011a,
        0x011b,
        0x0128,
        0x013e,
        0x013f,
        0x0211,
        0x0213,
        0x0214,
        0x4746,
        0x4749,
      ],
    ],
    // XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: UTF-16 in bytes
    ['picture', 'bytes', range(0x9c9b, 0x9c9f)],
    // HostComputer, CameraSerialNumber
    ['device', 'text', [0x013c, 0xc62f]],
  ),
  exif: rules(
    [
      'picture',
      'numbers',
      [
        0x829a,
        0x829d,
        0x8822,
        0x8827,
        0x882a,
        ...range(0x8830, 0x8835),
        0x9102,
        ...range(0x9201, 0x920a),
        0x9214,
        0xa001,
        0xa002,
        0xa003,
        0xa20e,
        0xa20f,
        0xa210,
        0xa214,
        0xa215,
        0xa217,
        ...range(0xa401, 0xa406),
        ...range(0xa408, 0xa40a),
        0xa40c,
        0xa432,
        0xa460,
        0xa461,
        0xa500,
      ],
    ],
    // Dates and their offsets, lens maker and model, fractions of seconds, SpectralSensitivity
    [
      'picture',
      'text',
      [0x8824, 0x9003, 0x9004, ...range(0x9010, 0x9012), ...range(0x9290, 0x9292), 0xa433, 0xa434],
    ],
    // ExifVersion, ComponentsConfiguration, FlashpixVersion, FileSource, SceneType
    ['picture', 'bytes', [0x9000, 0x9101, 0xa000, 0xa300, 0xa301]],
    // Temperature to CameraElevationAngle: what is around the camera
    ['place', 'numbers', range(0x9400, 0x9405)],
    // UserComment: phones and drones write the place and their settings here
    ['place', 'bytes', [0x9286]],
    // ImageUniqueID, CameraOwnerName, BodySerialNumber, LensSerialNumber
    ['device', 'text', [0xa420, 0xa430, 0xa431, 0xa435]],
  ),
  gps: rules(
    ['place', 'numbers', [2, 4, 5, 6, 7, 11, 13, 15, 17, 20, 22, 24, 26, 30, 31]],
    ['place', 'text', [1, 3, 8, 9, 10, 12, 14, 16, 18, 19, 21, 23, 25, 29]],
    ['place', 'bytes', [0, 27, 28]],
  ),
  interop: rules(['picture', 'text', [1]], ['picture', 'bytes', [2]]),
}

/** Of a tag that says how large the picture is, or how it is turned: no longer true of one that was made anew. */
export const ofTheFile: ReadonlySet<number> = new Set([
  0x0100,
  0x0101,
  orientationTag,
  0x0211,
  0x0213,
  0x0214,
  0xa002,
  0xa003,
])
