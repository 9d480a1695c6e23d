import { ClipboardPaste } from 'lucide-react'
import { t } from '../languages/translate.ts'
import type { Chosen } from '../state/chosen.ts'
import { useCopiedSteps } from '../state/copied-edit.ts'
import { useEditMany } from '../state/edit-many.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** Puts the edit that was copied in the editor on what is chosen, and says how far edits of many are; nothing where there are none. */
export function PasteEdit({ chosen, disabled }: { chosen: Chosen; disabled: boolean }) {
  const steps = useCopiedSteps()
  const { edit, running } = useEditMany()
  if (steps === null && running === null) return null
  return (
    <Button
      look="quiet"
      className="px-3"
      onClick={() => steps !== null && edit({ chosen, transformation: { steps } })}
      disabled={disabled || running !== null}
    >
      {running === null ? <ClipboardPaste aria-hidden className="size-4" /> : <Spinner />}
      {running !== null && running.total > 0 ? (
        <span className="tabular" role="status">
          {t('{done} of {total}', { done: running.done, total: running.total })}
        </span>
      ) : (
        <span className="max-sm:sr-only">{t('Paste edit')}</span>
      )}
    </Button>
  )
}
