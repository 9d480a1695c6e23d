import type { Image } from '@rendition/contract'
import { CopyPlus, Redo2, SplitSquareHorizontal, Trash2, Undo2, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { fetchPicture } from '../state/fetch-picture.ts'
import { announce, notify } from '../state/notices.ts'
import type { EditHistory } from '../state/use-edit.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import type { Address } from './use-address.ts'
import type { EditSession } from './use-session.ts'

interface EditorBarProps {
  image: Image
  edit: EditSession
  history: EditHistory
  busy: boolean
  compare: boolean
  onCompare: (on: boolean) => void
  /** null where there is nothing to go back to. */
  onUndo: (() => void) | null
  onRedo: (() => void) | null
  onSave: () => void
  address: Address | null
  onClose: () => void
}

/** The way back and forth, and what becomes of the edit. */
export function EditorBar({
  image,
  edit,
  history,
  busy,
  compare,
  onCompare,
  onUndo,
  onRedo,
  onSave,
  address,
  onClose,
}: EditorBarProps) {
  const over = !edit.canUndo && !edit.changed
  const { changed } = edit
  const discarded = useRef<AbortController>(null)
  // What is said of it is over with the next change, and with the editor.
  useEffect(() => {
    if (changed) discarded.current?.abort()
  }, [changed])
  useEffect(() => () => discarded.current?.abort(), [])
  const discard = () => {
    edit.discard()
    discarded.current = new AbortController()
    const text = t('The changes are discarded.')
    announce(text)
    const action = { label: t('Undo'), run: edit.undo }
    notify({ kind: 'done', text, action, until: discarded.current.signal })
  }
  return (
    <div className="flex h-14 shrink-0 items-center gap-1 px-2 max-[22.5rem]:gap-0 max-[22.5rem]:px-1 sm:h-16 sm:px-4">
      <IconButton label={t('Close the editor')} onClick={onClose}>
        <X aria-hidden />
      </IconButton>
      <div className="min-w-0 flex-1 px-1">
        <p className="truncate font-medium text-sm max-sm:sr-only">
          <bdi>{image.originalName}</bdi>
        </p>
        <p className="truncate text-muted text-xs max-sm:sr-only" role="status" data-edit-state>
          {busy
            ? t('Working…')
            : edit.changed
              ? edit.fromDraft
                ? t('Changes from earlier, not saved yet')
                : t('Not saved yet; kept in this browser')
              : t('Version {version}', { version: history.current.version })}
        </p>
      </div>
      <IconButton
        label={over && onUndo !== null ? t('Undo: back to the version before') : t('Undo')}
        onClick={onUndo ?? undefined}
        disabled={onUndo === null || busy}
      >
        <Undo2 aria-hidden />
      </IconButton>
      <IconButton
        label={edit.canRedo || edit.changed ? t('Redo') : t('Redo: forward to the next version')}
        onClick={onRedo ?? undefined}
        disabled={onRedo === null || busy}
      >
        <Redo2 aria-hidden />
      </IconButton>
      <IconButton label={t('Show the original')} aria-pressed={compare} onClick={() => onCompare(!compare)}>
        <SplitSquareHorizontal aria-hidden />
      </IconButton>
      <IconButton label={t('Discard the changes')} onClick={discard} disabled={!edit.changed || busy}>
        <Trash2 aria-hidden />
      </IconButton>
      <SaveCopy image={image} address={address} disabled={!edit.changed || busy} />
      <Button look="primary" className="max-sm:px-3" onClick={onSave} disabled={!edit.changed || busy}>
        {busy && <Spinner />} {t('Save')}
      </Button>
    </div>
  )
}

/** The result as a photo of its own: the service's bytes, uploaded like any file, with the tray that shows how far it is. */
function SaveCopy({
  image,
  address,
  disabled,
}: {
  image: Image
  address: Address | null
  disabled: boolean
}) {
  const { uploads, ended } = useAccount()
  const [busy, setBusy] = useState(false)
  const save = async () => {
    if (address === null) return
    setBusy(true)
    try {
      const blob = await fetchPicture(address.url, ended)
      const extension = blob.type.replace('image/', '').replace('jpeg', 'jpg')
      const name = t('{name} (copy).{extension}', {
        name: image.originalName.replace(/\.[^.]{1,5}$/, ''),
        extension,
      })
      uploads.add([new File([blob], name, { type: blob.type })])
      announce(t('The copy is uploaded'))
    } catch (error) {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} No copy was made.', { error: explainError(error) }) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <IconButton
      label={t('Save as a copy')}
      onClick={save}
      disabled={disabled || busy || address === null}
      className="max-[22rem]:hidden"
    >
      {busy ? <Spinner /> : <CopyPlus aria-hidden />}
    </IconButton>
  )
}
