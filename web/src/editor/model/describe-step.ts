import type { Operation } from '@rendition/contract/recipe'

/** What a row of the list says: its name, and its numbers. */
export function describeStep(op: Operation): { name: string; values: string } {
  switch (op.op) {
    case 'redact':
      return {
        name: op.how === 'blur' ? 'Blurred region' : 'Pixelated region',
        values: `${op.width} × ${op.height} at ${op.x}, ${op.y}`,
      }
    case 'crop':
      return { name: 'Crop', values: `${op.width} × ${op.height} at ${op.x}, ${op.y}` }
    case 'rotate':
      return describeTurn(op.angle)
    case 'flip':
      return { name: 'Flip', values: 'top to bottom' }
    case 'mirror':
      return { name: 'Mirror', values: 'left to right' }
    case 'trim':
      return { name: 'Trim', values: `threshold ${op.threshold}` }
    case 'resize':
      return { name: 'Resize', values: [op.width ?? 'auto', op.height ?? 'auto'].join(' × ') }
    case 'pad':
      return { name: 'Padding', values: padding([op.top, op.right, op.bottom, op.left]) }
    case 'modulate':
      return { name: 'Colour', values: modulation(op) }
    case 'contrast':
      return { name: 'Contrast', values: String(op.amount) }
    case 'gamma':
      return { name: 'Gamma', values: String(op.value) }
    case 'grayscale':
      return { name: 'Black and white', values: '' }
    case 'tint':
      return { name: 'Tint', values: `#${op.color.slice(0, 6)}` }
    case 'negate':
      return { name: 'Negative', values: '' }
    case 'blur':
      return { name: 'Blur', values: String(op.sigma) }
    case 'sharpen':
      return { name: 'Sharpen', values: String(op.sigma) }
    case 'watermark':
      return { name: 'Watermark', values: op.text === undefined ? 'a picture' : `“${op.text}”` }
    case 'radius':
      return { name: 'Round corners', values: op.radius === 'max' ? 'as round as can be' : `${op.radius} px` }
    case 'background':
      return { name: 'Background', values: `#${op.color.slice(0, 6)}` }
  }
}

function describeTurn(angle: number): { name: string; values: string } {
  const quarters = Math.round(angle / 90)
  const rest = Math.round((angle - quarters * 90) * 1000) / 1000
  const turned = quarters % 4 === 0 ? [] : [`${(quarters % 4) * 90}°`]
  if (rest === 0) return { name: 'Turn', values: turned.join() }
  const straightened = `${rest > 0 ? '+' : '−'}${Math.abs(rest)}°`
  if (turned.length === 0) return { name: 'Straighten', values: straightened }
  return { name: 'Turn and straighten', values: `${turned.join()} ${straightened}` }
}

const padding = (sides: readonly number[]): string =>
  sides.every((side) => side === sides[0]) ? `${sides[0]} px` : `${sides.join(', ')} px`

function modulation(op: { brightness: number; saturation: number; hue: number }): string {
  const parts = [
    op.brightness === 1 ? '' : `brightness ${op.brightness}`,
    op.saturation === 1 ? '' : `saturation ${op.saturation}`,
    op.hue === 0 ? '' : `hue ${op.hue}°`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
