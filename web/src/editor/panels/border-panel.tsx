import { type Operation, parseColour } from '@rendition/contract/recipe'
import { t } from '../../languages/translate.ts'
import { sizeBehind } from '../../painting/sizes.ts'
import { ColourField } from '../../ui/colour-field.tsx'
import { SliderField } from '../../ui/slider-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { setStep, shownStep } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'

/** As far as the slider goes; the number field takes what the service takes. */
const sliderShare = 0.25

/** What lies around the picture, and how its corners are. */
export function BorderPanel({ edit }: PanelProps) {
  const { steps, operations, change, settle } = edit
  const pad = shownStep(steps, 'pad')?.op
  const radius = shownStep(steps, 'radius')?.op.radius
  const background = shownStep(steps, 'background')?.op.color
  const { width, height } = sizeBehind(operations, edit.session.start.size)
  const far = Math.max(10, Math.round(Math.min(width, height) * sliderShare))
  const putPad = (all: number, colour: string) => {
    const sides = { top: all, right: all, bottom: all, left: all }
    const op: Operation | null = all === 0 ? null : { op: 'pad', ...sides, background: colour }
    change((now) => setStep(now, 'pad', op), 'pad')
  }
  const padColour = pad?.background ?? 'ffffffff'
  return (
    <div className="grid gap-5">
      <div className="grid gap-2">
        <SliderField
          label={t('Padding')}
          value={pad?.top ?? 0}
          neutral={0}
          min={0}
          max={far}
          most={4_000}
          step={1}
          onChange={(value) => putPad(Math.round(value), padColour)}
          onSettle={settle}
        />
        {pad !== undefined && (
          <ColourField
            label={t('Colour of the padding')}
            value={pad.background}
            parse={parseColour}
            onChange={(colour) =>
              change((now) => setStep(now, 'pad', { ...pad, background: colour }), 'pad-colour')
            }
            onSettle={settle}
          />
        )}
      </div>
      <div className="grid gap-2">
        <SliderField
          label={t('Round corners')}
          value={typeof radius === 'number' ? radius : 0}
          neutral={0}
          min={0}
          max={Math.round(Math.min(width, height) / 2)}
          most={32_767}
          step={1}
          disabled={radius === 'max'}
          onChange={(value) =>
            change(
              (now) => setStep(now, 'radius', value < 1 ? null : { op: 'radius', radius: Math.round(value) }),
              'radius',
            )
          }
          onSettle={settle}
        />
        <Switch
          label={t('As round as can be')}
          on={radius === 'max'}
          onChange={(on) =>
            change((now) => setStep(now, 'radius', on ? { op: 'radius', radius: 'max' } : null))
          }
        />
      </div>
      <div className="grid gap-2">
        <Switch
          label={t('Background under what is transparent')}
          on={background !== undefined}
          onChange={(on) =>
            change((now) => setStep(now, 'background', on ? { op: 'background', color: 'ffffffff' } : null))
          }
        />
        {background !== undefined && (
          <ColourField
            label={t('Colour of the background')}
            value={background}
            parse={parseColour}
            onChange={(color) =>
              change((now) => setStep(now, 'background', { op: 'background', color }), 'background')
            }
            onSettle={settle}
          />
        )}
      </div>
      <p className="text-muted text-xs leading-relaxed">
        {t('Without a background, what is transparent becomes white in formats that have no transparency.')}
      </p>
    </div>
  )
}
