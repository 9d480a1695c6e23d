import type { Operation, OperationName } from '@rendition/contract/recipe'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { SliderField } from '../../ui/slider-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { type Steps, setStep, shownStep } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'

interface Control {
  label: Phrase
  of: OperationName
  neutral: number
  /** Of the slider; the number field goes as far as the service. */
  range: readonly [number, number, number]
  bounds: readonly [number, number]
  read: (steps: Steps) => number
  write: (steps: Steps, value: number) => Operation | null
}

const modulated = (steps: Steps) =>
  shownStep(steps, 'modulate')?.op ?? { op: 'modulate' as const, brightness: 1, saturation: 1, hue: 0 }

const modulation = (
  label: Phrase,
  part: 'brightness' | 'saturation' | 'hue',
  range: Control['range'],
  bounds: Control['bounds'],
): Control => {
  const neutral = part === 'hue' ? 0 : 1
  return {
    label,
    of: 'modulate',
    neutral,
    range,
    bounds,
    // Around the wheel either way
    read: (steps) => {
      const value = modulated(steps)[part]
      return part === 'hue' && value > 180 ? value - 360 : value
    },
    write: (steps, value) => {
      const op = { ...modulated(steps), [part]: part === 'hue' ? (Math.round(value) + 360) % 360 : value }
      return op.brightness === 1 && op.saturation === 1 && op.hue === 0 ? null : op
    },
  }
}

const controls: readonly Control[] = [
  modulation('Brightness', 'brightness', [0.2, 2, 0.01], [0, 10]),
  {
    label: 'Contrast',
    of: 'contrast',
    neutral: 1,
    range: [0.2, 2, 0.01],
    bounds: [0, 10],
    read: (steps) => shownStep(steps, 'contrast')?.op.amount ?? 1,
    write: (_, amount) => (amount === 1 ? null : { op: 'contrast', amount }),
  },
  modulation('Saturation', 'saturation', [0, 2, 0.01], [0, 10]),
  modulation('Hue', 'hue', [-180, 180, 1], [-180, 180]),
  {
    label: 'Gamma',
    of: 'gamma',
    neutral: 1,
    range: [0.4, 2.4, 0.01],
    bounds: [0.334, 3],
    read: (steps) => shownStep(steps, 'gamma')?.op.value ?? 1,
    write: (_, value) => (value === 1 ? null : { op: 'gamma', value }),
  },
  {
    label: 'Sharpen',
    of: 'sharpen',
    neutral: 0,
    range: [0, 5, 0.1],
    bounds: [0, 10],
    read: (steps) => shownStep(steps, 'sharpen')?.op.sigma ?? 0,
    write: (_, sigma) => (sigma < 0.3 ? null : { op: 'sharpen', sigma }),
  },
  {
    label: 'Blur',
    of: 'blur',
    neutral: 0,
    range: [0, 30, 0.1],
    bounds: [0, 100],
    read: (steps) => shownStep(steps, 'blur')?.op.sigma ?? 0,
    write: (_, sigma) => (sigma < 0.3 ? null : { op: 'blur', sigma }),
  },
]

const tintOf = (steps: Steps) => shownStep(steps, 'tint')?.op.color
const firstTint = '8a5a2bff'

/** Light and colour. */
export function LightPanel({ edit }: PanelProps) {
  const { steps, change, settle } = edit
  const tint = tintOf(steps)
  return (
    <div className="grid gap-3">
      {controls.map(({ label, of, neutral, range: [min, max, step], bounds, read, write }) => (
        <SliderField
          key={label}
          label={t(label)}
          value={read(steps)}
          neutral={neutral}
          min={min}
          max={max}
          step={step}
          least={bounds[0]}
          most={bounds[1]}
          onChange={(value) => change((now) => setStep(now, of, write(now, value)), label)}
          onSettle={settle}
        />
      ))}
      <div className="flex items-center gap-3">
        <Switch
          label={t('Tint')}
          on={tint !== undefined}
          onChange={(on) =>
            change((now) => setStep(now, 'tint', on ? { op: 'tint', color: firstTint } : null))
          }
        />
        {tint !== undefined && (
          <input
            type="color"
            aria-label={t('Colour of the tint')}
            value={`#${tint.slice(0, 6)}`}
            onChange={({ target }) =>
              change(
                (now) => setStep(now, 'tint', { op: 'tint', color: `${target.value.slice(1)}ff` }),
                'tint',
              )
            }
            onBlur={settle}
            className="h-9 w-14 rounded-md border border-line bg-raised"
          />
        )}
      </div>
      {(['grayscale', 'negate'] as const).map((op) => (
        <Switch
          key={op}
          label={op === 'grayscale' ? t('Black and white') : t('Negative')}
          on={shownStep(steps, op) !== undefined}
          onChange={(on) => change((now) => setStep(now, op, on ? { op } : null))}
        />
      ))}
    </div>
  )
}
