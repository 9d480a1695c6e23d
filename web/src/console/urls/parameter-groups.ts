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

/** `watermarkText` → `Watermark text`, `maxBytes` → `Max bytes` */
export function labelOf(name: string): string {
  if (name === 'v') return t('Version')
  if (name === 'dpr' || name === 'hdr') return name.toUpperCase()
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
