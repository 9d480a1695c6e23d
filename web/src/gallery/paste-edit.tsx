import { ClipboardPaste } from 'lucide-react'
import { t } from '../languages/translate.ts'
import { usePasteEdit } from '../state/copied-edit.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** Puts the edit that was copied in the editor on what is selected; nothing where none was. */
export function PasteEdit({
  ids,
  disabled,
  onDone,
}: {
  ids: readonly string[]
  disabled: boolean
  onDone: () => void
}) {
  const { has, paste, running } = usePasteEdit(onDone)
  if (!has && running === null) return null
  return (
    <Button look="quiet" className="px-3" onClick={() => paste(ids)} disabled={disabled || running !== null}>
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
