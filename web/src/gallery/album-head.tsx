import { ImageIcon, Pencil, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { t } from '../languages/translate.ts'
import { ShareButton } from '../shares/share-button.tsx'
import { useMayChange } from '../state/account-scope.tsx'
import { useAlbum, useAlbumChanges } from '../state/albums.ts'
import { useSelection } from '../state/use-selection.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from '../ui/text-field.tsx'

/** What an album holds, its name and cover to change, and its end. */
export function AlbumHead({ id }: { id: string }) {
  const album = useAlbum(id)
  const { remove, change } = useAlbumChanges()
  const mayChange = useMayChange()
  const { ids } = useSelection()
  const [, navigate] = useLocation()
  const [asking, setAsking] = useState<'end' | 'name' | null>(null)
  if (album === undefined) return null
  const close = () => setAsking(null)
  const [only] = ids.size === 1 ? ids : []
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
      <Link href="/albums" className="text-muted text-sm underline">
        {t('All albums')}
      </Link>
      {mayChange && (
        <div className="flex flex-wrap gap-1 max-sm:-ms-3">
          <ShareButton named target={{ type: 'album', albumId: album.id, name: album.name }} />
          {only !== undefined && (
            <Button
              look="quiet"
              className="px-3"
              onClick={() => void change(album, { coverImageId: only }, t('The album has a new cover'))}
            >
              <ImageIcon aria-hidden className="size-4" /> {t('Make it the cover')}
            </Button>
          )}
          <Button look="quiet" className="px-3" onClick={() => setAsking('name')}>
            <Pencil aria-hidden className="size-4" /> {t('Rename')}
          </Button>
          <Button look="quiet" className="px-3" onClick={() => setAsking('end')}>
            <Trash2 aria-hidden className="size-4" /> {t('Delete the album')}
          </Button>
        </div>
      )}
      {asking === 'name' && (
        <RenameDialog
          name={album.name}
          onName={(name) => void change(album, { name }, t('The album is called “{name}” now', { name }))}
          onClose={close}
        />
      )}
      <ConfirmDialog
        open={asking === 'end'}
        onOpenChange={close}
        title={t('Delete the album “{name}”?', { name: album.name })}
        action={t('Delete the album')}
        onConfirm={() => void remove(album).then((gone) => gone !== null && navigate('/albums'))}
      >
        {t('Its photos stay in your library.')}
      </ConfirmDialog>
    </div>
  )
}

interface RenameDialogProps {
  name: string
  onName: (name: string) => void
  onClose: () => void
}

function RenameDialog({ name, onName, onClose }: RenameDialogProps) {
  const [text, setText] = useState(name)
  const wanted = text.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted === '') return
    onClose()
    if (wanted !== name) onName(wanted)
  }
  return (
    <Sheet title={t('Rename the album')} onClose={onClose} className="max-w-md">
      <form onSubmit={submit} className="grid gap-5 p-6">
        <TextField
          label={t('Name of the album')}
          autoFocus
          value={text}
          maxLength={200}
          onFocus={(event) => event.target.select()}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={wanted === ''}>
            {t('Rename')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
