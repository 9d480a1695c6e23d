import type { Subject } from './tags.ts'

export const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
export const xmpMeta = 'adobe:ns:meta/'
export const container = 'http://ns.google.com/photos/1.0/container/'
export const containerItem = 'http://ns.google.com/photos/1.0/container/item/'

const adobeGain = 'http://ns.adobe.com/hdr-gain-map/1.0/'
const appleGain = 'http://ns.apple.com/HDRGainMap/1.0/'
/** What tells how a gain map is applied. */
export const gainNamespaces: readonly string[] = [adobeGain, appleGain]

const words = (text: string): readonly string[] => text.split(/\s+/)
const namespace = (...groups: readonly (readonly [Subject, string])[]): ReadonlyMap<string, Subject> =>
  new Map(groups.flatMap(([subject, names]) => words(names).map((name) => [name, subject] as const)))

/**
 * The properties of XMP that may leave the service, by namespace: simple values, and lists of them. Not here, and so
 * nowhere: thumbnails, histories, develop settings, extended XMP, structures of places.
 */
const properties: Readonly<Record<string, ReadonlyMap<string, Subject>>> = {
  'http://purl.org/dc/elements/1.1/': namespace([
    'picture',
    'title description creator rights subject date format language type publisher contributor source',
  ]),
  'http://ns.adobe.com/xap/1.0/': namespace([
    'picture',
    'CreateDate ModifyDate MetadataDate CreatorTool Label Rating Nickname',
  ]),
  'http://ns.adobe.com/xap/1.0/rights/': namespace([
    'picture',
    'Certificate Marked Owner UsageTerms WebStatement',
  ]),
  'http://ns.adobe.com/photoshop/1.0/': namespace(
    [
      'picture',
      'Headline Credit Source AuthorsPosition CaptionWriter Instructions DateCreated Category SupplementalCategories Urgency ColorMode ICCProfile TransmissionReference',
    ],
    ['place', 'City State Country'],
  ),
  'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/': namespace(
    ['picture', 'IntellectualGenre Scene SubjectCode AltTextAccessibility ExtDescrAccessibility'],
    ['place', 'Location CountryCode'],
  ),
  'http://iptc.org/std/Iptc4xmpExt/2008-02-29/': namespace([
    'picture',
    'DigitalSourceType PersonInImage Event',
  ]),
  'http://ns.adobe.com/exif/1.0/aux/': namespace(
    ['picture', 'Lens LensInfo LensID Firmware FlashCompensation ApproximateFocusDistance'],
    ['device', 'SerialNumber LensSerialNumber OwnerName ImageNumber'],
  ),
  'http://cipa.jp/exif/1.0/': namespace(
    [
      'picture',
      'LensModel LensMake LensSpecification PhotographicSensitivity SensitivityType RecommendedExposureIndex Gamma OffsetTime OffsetTimeOriginal OffsetTimeDigitized CompositeImage',
    ],
    ['device', 'BodySerialNumber LensSerialNumber CameraOwnerName'],
  ),
  'http://ns.adobe.com/exif/1.0/': namespace(
    [
      'picture',
      'ExifVersion FlashpixVersion ColorSpace ComponentsConfiguration CompressedBitsPerPixel DateTimeOriginal DateTimeDigitized ExposureTime FNumber ExposureProgram SpectralSensitivity ISOSpeedRatings ShutterSpeedValue ApertureValue BrightnessValue ExposureBiasValue MaxApertureValue SubjectDistance MeteringMode LightSource FocalLength SubjectArea FlashEnergy FocalPlaneXResolution FocalPlaneYResolution FocalPlaneResolutionUnit ExposureIndex SensingMethod FileSource SceneType CustomRendered ExposureMode WhiteBalance DigitalZoomRatio FocalLengthIn35mmFilm SceneCaptureType GainControl Contrast Saturation Sharpness SubjectDistanceRange',
    ],
    ['device', 'ImageUniqueID'],
    [
      'place',
      'UserComment GPSVersionID GPSLatitude GPSLongitude GPSAltitudeRef GPSAltitude GPSTimeStamp GPSSatellites GPSStatus GPSMeasureMode GPSDOP GPSSpeedRef GPSSpeed GPSTrackRef GPSTrack GPSImgDirectionRef GPSImgDirection GPSMapDatum GPSDestLatitude GPSDestLongitude GPSDestBearingRef GPSDestBearing GPSDestDistanceRef GPSDestDistance GPSProcessingMethod GPSAreaInformation GPSDifferential GPSHPositioningError',
    ],
  ),
  'http://ns.adobe.com/tiff/1.0/': namespace([
    'picture',
    'Make Model Software Artist Copyright ImageDescription DateTime',
  ]),
  'http://ns.google.com/photos/1.0/panorama/': namespace(
    [
      'picture',
      'ProjectionType UsePanoramaViewer CroppedAreaImageWidthPixels CroppedAreaImageHeightPixels CroppedAreaLeftPixels CroppedAreaTopPixels FullPanoWidthPixels FullPanoHeightPixels InitialViewHeadingDegrees InitialViewPitchDegrees InitialViewRollDegrees InitialHorizontalFOVDegrees',
    ],
    ['place', 'PoseHeadingDegrees PosePitchDegrees PoseRollDegrees'],
  ),
  [adobeGain]: namespace([
    'gain',
    'Version BaseRenditionIsHDR GainMapMin GainMapMax Gamma OffsetSDR OffsetHDR HDRCapacityMin HDRCapacityMax',
  ]),
  [appleGain]: namespace(['gain', 'HDRGainMapVersion HDRGainMapHeadroom']),
  [container]: namespace(['gain', 'Directory']),
}

/** What a property tells of; null for one that is not known. */
export function subjectOfProperty(uri: string, name: string): Subject | null {
  return properties[uri]?.get(name) ?? null
}

/** Whether a URI is a namespace of properties or of the grammar, and nothing of somebody's own. */
export const isKnownNamespace = (uri: string): boolean =>
  [rdf, xmpMeta, container, containerItem, ...gainNamespaces].includes(uri) || Object.hasOwn(properties, uri)
