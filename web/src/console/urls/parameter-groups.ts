import type { ParameterControl } from '@rendition/contract/controls'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'

export interface ControlGroup {
  name: Phrase
  controls: ParameterControl[]
}

/** Where a parameter stands. One that is not named here stands under the last, so none is left out. */
const places: readonly (readonly [name: Phrase, parameters: readonly string[]])[] = [
  ['Size', ['preset', 'width', 'height', 'dpr', 'fit', 'gravity', 'enlarge']],
  [
    'File',
    [
      'format',
      'quality',
      'compress',
      'maxBytes',
      'lossless',
      'progressive',
      'metadata',
      'gamut',
      'hdr',
      'frame',
    ],
  ],
  ['Shape', ['redact', 'crop', 'trim', 'rotate', 'flip', 'mirror', 'pad', 'background', 'radius']],
  ['Colour', ['brightness', 'saturation', 'hue', 'contrast', 'gamma', 'grayscale', 'tint', 'negate']],
  ['Sharpness', ['blur', 'sharpen']],
  ['Watermark', []],
  ['This URL', []],
  ['More', []],
]
/** The service writes them, with a signature, a share or a set of presets: typed by hand they open nothing. */
const ofService: ReadonlySet<string> = new Set(['exp', 'sig', 'set', 'share'])

function placeOf({ name, ofRequest }: ParameterControl): Phrase {
  const place = places.find(([, parameters]) => parameters.includes(name))
  if (place !== undefined) return place[0]
  if (name.startsWith('watermark')) return 'Watermark'
  return ofRequest ? 'This URL' : 'More'
}

/** The parameters by what they do, those of the grammar and none besides. */
export function groupsOf(controls: readonly ParameterControl[]): ControlGroup[] {
  const shown = controls.filter(({ name }) => !ofService.has(name))
  return places
    .map(([name, order]) => ({
      name,
      controls: shown
        .filter((control) => placeOf(control) === name)
        .sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name)),
    }))
    .filter((group) => group.controls.length > 0)
}

/** What parameters are called; in English nearly as in the URL. */
const names: Readonly<Record<string, Phrase>> = {
  background: 'Background',
  blur: 'Blur',
  brightness: 'Brightness',
  compress: 'Compress',
  contrast: 'Contrast',
  crop: 'Crop',
  download: 'Download',
  dpr: 'parameter|DPR',
  enlarge: 'Enlarge',
  fit: 'Fit',
  flip: 'Flip',
  format: 'Format',
  frame: 'Frame',
  gamma: 'Gamma',
  gamut: 'Gamut',
  gravity: 'Gravity',
  grayscale: 'Grayscale',
  hdr: 'parameter|HDR',
  height: 'Height',
  hue: 'Hue',
  lossless: 'Lossless',
  maxBytes: 'Max bytes',
  metadata: 'Metadata',
  mirror: 'Mirror',
  negate: 'Negate',
  pad: 'Pad',
  preset: 'Preset',
  progressive: 'Progressive',
  quality: 'Quality',
  radius: 'Radius',
  redact: 'Redact',
  rotate: 'Rotate',
  saturation: 'Saturation',
  sharpen: 'Sharpen',
  steps: 'Steps',
  tint: 'Tint',
  trim: 'Trim',
  v: 'Version',
  watermarkColor: 'Watermark color',
  watermarkImage: 'Watermark image',
  watermarkOpacity: 'Watermark opacity',
  watermarkPosition: 'Watermark position',
  watermarkSize: 'Watermark size',
  watermarkText: 'Watermark text',
  watermarkTile: 'Watermark tile',
  width: 'Width',
}

const letters = (text: string): string => text.replace(/\s/g, '').toLowerCase()

/** `watermarkText` → `Watermark text`; where another word stands for it, with the name that it has in the URL: `Breite (width)`. */
export function labelOf(name: string): string {
  const known = Object.hasOwn(names, name) ? names[name] : undefined
  const words = known === undefined ? name : t(known)
  return letters(words) === letters(name) ? words : `${words} (${name})`
}
