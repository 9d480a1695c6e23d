import type { Operation, Output } from '@rendition/contract/recipe'
import { Scaling } from 'lucide-react'
import { useId } from 'react'
import { useLocation } from 'wouter'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { describeStep } from '../../state/describe-step.ts'
import { notify } from '../../state/notices.ts'
import { usePresetBegun } from '../../state/preset-begun.ts'
import { usePresets } from '../../state/use-presets.ts'
import { Button } from '../../ui/button.tsx'
import { ofOnePicture, presetOf } from '../model/preset.ts'

interface SavePresetProps {
  operations: readonly Operation[]
  output: Partial<Output>
}

/** For administrators, whose presets are: of every photo of everybody. */
export const SavePreset = (props: SavePresetProps) => useUser()?.role === 'admin' && <Offered {...props} />

/** Begins a preset from the edit: its page asks for the name, says what it costs, and applies it. */
function Offered({ operations, output }: SavePresetProps) {
  const noteId = useId()
  const { begin } = usePresetBegun()
  const { data } = usePresets()
  const [, navigate] = useLocation()
  const alone = ofOnePicture(operations).map((op) => describeStep(op).name)
  const refused =
    data?.state.source === 'configuration'
      ? t('The variable PRESETS of this installation sets them, so none can be added here.')
      : alone.length > 0
        ? t('No preset, since it has steps that are of this photo alone: {steps}.', {
            steps: [...new Set(alone)].join(', '),
          })
        : null
  const open = () => {
    if (begin(presetOf(operations, output))) navigate('/console/presets')
    else notify({ kind: 'fault', text: t('The browser did not let us keep the edit.') })
  }
  return (
    <div className="grid justify-items-start gap-1.5">
      <Button disabled={operations.length === 0 || refused !== null} aria-describedby={noteId} onClick={open}>
        <Scaling aria-hidden className="size-4" /> {t('Save as preset')}
      </Button>
      <p id={noteId} className="text-muted text-xs leading-relaxed">
        {refused ??
          t('To be made of every photo of everybody, under a name. The next page says what it costs.')}
      </p>
    </div>
  )
}
