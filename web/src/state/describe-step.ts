import type { Operation } from '@rendition/contract/recipe'
import { formatNumber } from '../languages/numbers.ts'
import { t } from '../languages/translate.ts'

/** What a row of the list says: its name, and its numbers. */
export function describeStep(op: Operation): { name: string; values: string } {
  switch (op.op) {
    case 'redact':
      return {
        name: op.how === 'blur' ? t('Blurred region') : t('Pixelated region'),
        values: t('{width} × {height} at {x}, {y}', { width: op.width, height: op.height, x: op.x, y: op.y }),
      }
    case 'crop':
      return {
        name: t('Crop'),
        values: t('{width} × {height} at {x}, {y}', { width: op.width, height: op.height, x: op.x, y: op.y }),
      }
    case 'rotate':
      return describeTurn(op.angle)
    case 'flip':
      return { name: t('Flip'), values: t('top to bottom') }
    case 'mirror':
      return { name: t('Mirror'), values: t('left to right') }
    case 'trim':
      return { name: t('Trim'), values: t('threshold {threshold}', { threshold: op.threshold }) }
    case 'resize':
      return { name: t('Resize'), values: [op.width ?? t('auto'), op.height ?? t('auto')].join(' × ') }
    case 'pad':
      return { name: t('Padding'), values: padding([op.top, op.right, op.bottom, op.left]) }
    case 'modulate':
      return { name: t('Colour'), values: modulation(op) }
    case 'contrast':
      return { name: t('Contrast'), values: formatNumber(op.amount) }
    case 'gamma':
      return { name: t('Gamma'), values: formatNumber(op.value) }
    case 'grayscale':
      return { name: t('Black and white'), values: '' }
    case 'tint':
      return { name: t('Tint'), values: `#${op.color.slice(0, 6)}` }
    case 'negate':
      return { name: t('Negative'), values: '' }
    case 'blur':
      return { name: t('Blur'), values: formatNumber(op.sigma) }
    case 'sharpen':
      return { name: t('Sharpen'), values: formatNumber(op.sigma) }
    case 'watermark':
      return {
        name: t('Watermark'),
        values: op.text === undefined ? t('a picture') : t('“{q}”', { q: op.text }),
      }
    case 'radius':
      return {
        name: t('Round corners'),
        values: op.radius === 'max' ? t('as round as can be') : `${op.radius} px`,
      }
    case 'background':
      return { name: t('Background'), values: `#${op.color.slice(0, 6)}` }
  }
}

function describeTurn(angle: number): { name: string; values: string } {
  const quarters = Math.round(angle / 90)
  const rest = Math.round((angle - quarters * 90) * 1000) / 1000
  const turned = quarters % 4 === 0 ? [] : [`${(quarters % 4) * 90}°`]
  if (rest === 0) return { name: t('Turn'), values: turned.join() }
  const straightened = `${rest > 0 ? '+' : '−'}${Math.abs(rest)}°`
  if (turned.length === 0) return { name: t('Straighten'), values: straightened }
  return { name: t('Turn and straighten'), values: `${turned.join()} ${straightened}` }
}

const padding = (sides: readonly number[]): string =>
  sides.every((side) => side === sides[0]) ? `${sides[0]} px` : `${sides.join(', ')} px`

function modulation(op: { brightness: number; saturation: number; hue: number }): string {
  const parts = [
    op.brightness === 1 ? '' : t('brightness {value}', { value: op.brightness }),
    op.saturation === 1 ? '' : t('saturation {value}', { value: op.saturation }),
    op.hue === 0 ? '' : t('hue {value}°', { value: op.hue }),
  ]
  return parts.filter((part) => part !== '').join(', ')
}
