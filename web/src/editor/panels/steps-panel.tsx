import { ArrowDown, ArrowUp, Copy, Trash2 } from 'lucide-react'
import { t } from '../../languages/translate.ts'
import { useCopyEdit } from '../../state/copied-edit.ts'
import { describeStep } from '../../state/describe-step.ts'
import { announce } from '../../state/notices.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Switch } from '../../ui/switch.tsx'
import { pasteable } from '../model/paste.ts'
import { changeStep, moveStep, removeStep } from '../model/steps.ts'
import type { PanelProps } from './panels.tsx'
import { SavePreset } from './save-preset.tsx'

/** Everything that is done, in its order: the service does it in just this one. */
export function StepsPanel({ edit }: PanelProps) {
  const { steps, change } = edit
  const copy = useCopyEdit()
  const others = pasteable(edit.operations)
  if (steps.length === 0)
    return (
      <p className="text-muted text-sm">
        {t('Nothing is done to the original. Every change appears here as a step.')}
      </p>
    )
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="text-muted text-xs leading-relaxed">
        {t(
          'Done from top to bottom, always from the original. Another order may give another picture: what is moved is done there.',
        )}
      </p>
      <ol aria-label={t('Steps')} className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {steps.map(({ id, on, op }, index) => {
          const { name, values } = describeStep(op)
          const place = t('{name}, step {number} of {total}', {
            name,
            number: index + 1,
            total: steps.length,
          })
          const move = (by: 1 | -1) => {
            change((now) => moveStep(now, id, by))
            announce(t('{name} is step {number}', { name, number: index + 1 + by }))
          }
          return (
            <li
              key={id}
              data-step={op.op}
              className="flex items-center gap-1 rounded-lg border border-line bg-ground py-1 pe-1 ps-3"
            >
              <Switch
                label={name}
                note={values}
                on={on}
                onChange={(next) => change((now) => changeStep(now, id, { on: next }))}
                className="min-w-0 flex-1"
              />
              <IconButton
                label={t('Earlier: {place}', { place })}
                disabled={index === 0}
                onClick={() => move(-1)}
                className="size-8!"
              >
                <ArrowUp aria-hidden />
              </IconButton>
              <IconButton
                label={t('Later: {place}', { place })}
                disabled={index === steps.length - 1}
                onClick={() => move(1)}
                className="size-8!"
              >
                <ArrowDown aria-hidden />
              </IconButton>
              <IconButton
                label={t('Delete: {place}', { place })}
                onClick={() => {
                  change((now) => removeStep(now, id))
                  announce(t('{name} deleted', { name }))
                }}
                className="size-8!"
              >
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          )
        })}
      </ol>
      <div className="grid justify-items-start gap-1.5">
        <Button disabled={others.length === 0} onClick={() => copy(others)}>
          <Copy aria-hidden className="size-4" /> {t('Copy the edit')}
        </Button>
        <p className="text-muted text-xs leading-relaxed">
          {others.length < edit.operations.length
            ? t(
                'To paste it on photos that are selected in the gallery; without crops and straightening, which are of this one.',
              )
            : t('To paste it on photos that are selected in the gallery.')}
        </p>
      </div>
      <SavePreset operations={edit.operations} output={edit.session.start.output} />
    </div>
  )
}
