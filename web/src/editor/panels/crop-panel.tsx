import { FlipHorizontal2, FlipVertical2, RotateCcw, RotateCw } from 'lucide-react'
import { ToggleGroup } from 'radix-ui'
import { t } from '../../languages/translate.ts'
import { Button } from '../../ui/button.tsx'
import { SliderField } from '../../ui/slider-field.tsx'
import { largest, withRatio } from '../model/crop-box.ts'
import { type Frame, flip, lyingSize, mirror, turn, writeFrame } from '../model/frame.ts'
import { type RatioName, ratioName, ratioOf, ratios } from '../model/ratios.ts'
import { straightened } from '../model/straighten.ts'
import type { PanelProps } from './panels.tsx'

/** How the picture lies, and what of it is seen. */
export function CropPanel({ edit, frame, ratio, onRatio }: PanelProps) {
  const { size } = edit.session.start
  const put = (next: Frame, gesture: string | null = null) =>
    edit.change((steps) => writeFrame(steps, next, size), gesture)
  const choose = (name: RatioName) => {
    onRatio(name)
    const room = { size: lyingSize(frame, size), angle: frame.angle }
    const shape = ratioOf(name, room.size)
    if (shape === null) return
    put({ ...frame, crop: frame.crop === null ? largest(room, shape) : withRatio(frame.crop, shape, room) })
  }
  const straighten = (angle: number) =>
    put(straightened(frame, angle, size, ratioOf(ratio, lyingSize(frame, size))), 'straighten')
  return (
    <div className="grid gap-5">
      <div className="grid grid-cols-4 gap-2">
        {(
          [
            [t('Turn left'), RotateCcw, () => put(turn(frame, size, false))],
            [t('Turn right'), RotateCw, () => put(turn(frame, size, true))],
            [t('Mirror'), FlipHorizontal2, () => put(mirror(frame, size))],
            [t('Flip'), FlipVertical2, () => put(flip(frame, size))],
          ] as const
        ).map(([name, Icon, act]) => (
          <Button key={name} className="h-14! flex-col gap-1! px-1! text-xs!" onClick={act}>
            <Icon aria-hidden className="size-4" /> {name}
          </Button>
        ))}
      </div>
      <SliderField
        label={t('Straighten')}
        value={frame.angle}
        neutral={0}
        min={-15}
        max={15}
        least={-45}
        most={45}
        step={0.1}
        onChange={straighten}
        onSettle={edit.settle}
      />
      <section aria-labelledby="crop-shape">
        <h3 id="crop-shape" className="mb-2 font-medium text-muted text-xs">
          {t('Shape')}
        </h3>
        <ToggleGroup.Root
          type="single"
          aria-labelledby="crop-shape"
          value={ratio}
          onValueChange={(name) => name !== '' && choose(name as RatioName)}
          className="flex flex-wrap gap-1.5"
        >
          {ratios.map(({ name }) => (
            <ToggleGroup.Item
              key={name}
              value={name}
              className="h-9 rounded-lg border border-line px-3 text-sm data-[state=on]:border-accent
                data-[state=on]:bg-accent-soft data-[state=on]:text-accent"
            >
              {ratioName(name)}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
      </section>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="tabular text-muted text-xs">
          {frame.crop === null
            ? t('Nothing is cut. Drag the corners, or use the arrow keys on them.')
            : `${frame.crop.width} × ${frame.crop.height}`}
        </p>
        <Button
          look="quiet"
          disabled={frame.crop === null}
          onClick={() => {
            onRatio('Free')
            put({ ...frame, crop: null })
          }}
        >
          {t('Show all of it')}
        </Button>
      </div>
    </div>
  )
}
