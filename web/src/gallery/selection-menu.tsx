import type { Album } from '@rendition/contract'
import {
  Archive,
  ArchiveRestore,
  Download,
  Ellipsis,
  FolderMinus,
  Globe,
  Link2,
  Lock,
  RefreshCw,
  SlidersHorizontal,
  Tag,
  Tags,
} from 'lucide-react'
import { useState } from 'react'
import { t } from '../languages/translate.ts'
import type { useChangeSelection } from '../state/change-selection.ts'
import type { Chosen } from '../state/chosen.ts'
import { IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx'
import { TagDialog } from './tag-dialog.tsx'
import { useCopyUrls } from './use-copy-urls.ts'
import { useDownload } from './use-download.ts'

interface SelectionMenuProps {
  chosen: Chosen
  change: ReturnType<typeof useChangeSelection>
  disabled: boolean
  /** `3 photos`, for questions. */
  photos: string
  album: Album | undefined
  /** Asks for what is to be done to all of them. */
  onEdit: () => void
}

/** What is done less often with what is selected. */
export function SelectionMenu({ chosen, change, disabled, photos, album, onEdit }: SelectionMenuProps) {
  const [asking, setAsking] = useState<'public' | 'tag' | 'untag' | null>(null)
  const { images, whole } = chosen
  const close = () => setAsking(null)
  const { isPending, download } = useDownload(chosen)
  const copyUrls = useCopyUrls()
  const archived = whole === null && images.every((image) => image.archived)
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('More for the selection')} disabled={disabled}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => void (isPending ? null : download())}>
          <Download aria-hidden /> {isPending ? t('Download, being put together') : t('Download')}
        </MenuItem>
        <MenuItem onSelect={() => setAsking('tag')}>
          <Tag aria-hidden /> {t('Add a tag…')}
        </MenuItem>
        <MenuItem onSelect={() => setAsking('untag')}>
          <Tags aria-hidden /> {t('Take off a tag…')}
        </MenuItem>
        {album !== undefined && (
          <MenuItem onSelect={() => change.takeOut(album)}>
            <FolderMinus aria-hidden /> {t('Take out of the album')}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem onSelect={() => setAsking('public')}>
          <Globe aria-hidden /> {t('Make public…')}
        </MenuItem>
        <MenuItem onSelect={() => change.setVisibility('private')}>
          <Lock aria-hidden /> {t('Make private')}
        </MenuItem>
        <MenuItem onSelect={() => change.setArchived(!archived)}>
          {archived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          {archived ? t('Take out of the archive') : t('Archive')}
        </MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => void copyUrls(chosen)}>
          <Link2 aria-hidden /> {t('Copy URLs')}
        </MenuItem>
        <MenuItem onSelect={onEdit}>
          <SlidersHorizontal aria-hidden /> {t('Edit all…')}
        </MenuItem>
        <MenuItem onSelect={() => void change.makeSizes()}>
          <RefreshCw aria-hidden /> {t('Make sizes anew')}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={asking === 'public'}
        onOpenChange={close}
        title={t('Make {photos} public?', { photos })}
        action={t('Make public')}
        look="primary"
        onConfirm={() => change.setVisibility('public')}
      >
        {t('Anyone with their URLs can see them, without the places where they were taken.')}
      </ConfirmDialog>
      {(asking === 'tag' || asking === 'untag') && (
        <TagDialog
          title={asking === 'tag' ? t('Tag {photos}', { photos }) : t('Take a tag off {photos}', { photos })}
          action={asking === 'tag' ? t('Add') : t('Take off')}
          offered={asking === 'tag' ? null : [...new Set(images.flatMap(({ tags }) => tags))]}
          onTag={(tag) => (asking === 'tag' ? change.addTags([tag]) : change.removeTags([tag]))}
          onClose={close}
        />
      )}
    </>
  )
}
