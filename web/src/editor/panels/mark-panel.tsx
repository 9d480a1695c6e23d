import { type OperationOf, parseColour } from '@rendition/contract/recipe'
import { useState } from 'react'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { ColourField } from '../../ui/colour-field.tsx'
import { SliderField } from '../../ui/slider-field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { setStep, shownStep } from '../model/steps.ts'
import { MarkPicture } from './mark-picture.tsx'
import type { PanelProps } from './panels.tsx'

type Mark = OperationOf<'watermark'>

const places = [
  ['northwest', 'top left'],
  ['north', 'top'],
  ['northeast', 'top right'],
  ['west', 'left'],
  ['centre', 'middle'],
  ['east', 'right'],
  ['southwest', 'bottom left'],
  ['south', 'bottom'],
  ['southeast', 'bottom right'],
] as const satisfies readonly [string, Phrase][]

const usual: Mark = { op: 'watermark', opacity: 0.5, position: 'southeast', size: 0.25, tile: false }
const longest = 200

/** A text or a picture laid over, put where it belongs by hand. Its preview is the service's own rendition: letters are drawn with its fonts. */
export function MarkPanel({ image, edit }: PanelProps) {
  const mark = shownStep(edit.steps, 'watermark')?.op
  const [typed, setTyped] = useState<string | null>(null)
  const put = (next: Mark | null, gesture: string | null) =>
    edit.change((steps) => setStep(steps, 'watermark', next), gesture)
  const part = (change: Partial<Mark>, gesture: string | null = null) => {
    if (mark !== undefined) put({ ...mark, ...change }, gesture)
  }
  const write = (text: string) => {
    setTyped(text)
    const { imageId: _picture, ...rest } = mark ?? usual
    put(text.trim() === '' ? null : { ...rest, text }, 'mark-text')
  }
  return (
    <div className="grid gap-4">
      <TextField
        label={t('Text')}
        maxLength={longest}
        value={typed ?? mark?.text ?? ''}
        onChange={({ target }) => write(target.value)}
        onBlur={() => {
          setTyped(null)
          edit.settle()
        }}
        hint={t('One line, in any script.')}
      />
      <MarkPicture
        not={image.id}
        chosen={mark?.imageId}
        onChoose={(imageId) => {
          const { text: _text, color: _colour, ...rest } = mark ?? usual
          put(imageId === null ? null : { ...rest, imageId }, null)
        }}
      />
      {mark !== undefined && (
        <>
          <fieldset className="grid gap-2">
            <legend className="mb-2 font-medium text-muted text-xs">{t('Place')}</legend>
            <div className="grid w-32 grid-cols-3 gap-1">
              {places.map(([position, name]) => (
                <label
                  key={position}
                  className="relative grid h-9 place-items-center rounded-md border border-line has-checked:border-accent has-checked:bg-accent-soft
                    has-focus-visible:outline-2 has-focus-visible:outline-accent"
                >
                  <input
                    type="radio"
                    name="mark-place"
                    aria-label={t(name)}
                    checked={mark.position === position && !mark.tile}
                    disabled={mark.tile}
                    onChange={() => part({ position })}
                    className="absolute inset-0 size-full cursor-pointer opacity-0"
                  />
                  <span aria-hidden data-dot className="size-2 rounded-full bg-ink/60" />
                </label>
              ))}
            </div>
          </fieldset>
          <p className="text-muted text-xs" data-mark-by-hand={typeof mark.position !== 'string'}>
            {mark.tile
              ? t('It is repeated, and has no place.')
              : typeof mark.position === 'string'
                ? t('Or drag its frame on the picture.')
                : t('Put by hand: {x} % from the left, {y} % from the top.', {
                    x: Math.round(mark.position.x * 100),
                    y: Math.round(mark.position.y * 100),
                  })}
          </p>
          <Switch label={t('All over the picture')} on={mark.tile} onChange={(tile) => part({ tile })} />
          <SliderField
            label={t('Size')}
            value={mark.size}
            neutral={0.25}
            min={0.05}
            max={1}
            least={0.01}
            step={0.01}
            onChange={(size) => part({ size }, 'mark-size')}
            onSettle={edit.settle}
          />
          <SliderField
            label={t('Opacity')}
            value={mark.opacity}
            neutral={0.5}
            min={0.05}
            max={1}
            least={0.01}
            step={0.01}
            onChange={(opacity) => part({ opacity }, 'mark-opacity')}
            onSettle={edit.settle}
          />
          {mark.text !== undefined && (
            <ColourField
              label={t('Colour of the text')}
              value={mark.color ?? 'ffffffff'}
              parse={parseColour}
              onChange={(color) => part({ color }, 'mark-colour')}
              onSettle={edit.settle}
            />
          )}
        </>
      )}
    </div>
  )
}
