import type { SharedImage } from '@rendition/contract'
import type { ReactNode } from 'react'
import { formatBytes, formatPixels, formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { notify } from '../state/notices.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx'
import { saveShared } from './save-shared.ts'

interface DownloadMenuProps {
  image: SharedImage
  icon: ReactNode
  /** Gives the picture as the link has it now. */
  onRenew: (id: string) => Promise<SharedImage | undefined>
}

/** The picture as a file, in the sizes that the link gives; nothing where it gives none. */
export function DownloadMenu({ image, icon, onRenew }: DownloadMenuProps) {
  const offered = Object.keys(image.downloads).flatMap((name) => {
    const size = image.sizes[name]
    return size === undefined ? [] : [{ name, size }]
  })
  const save = (name: string) =>
    void saveShared(image, name, () => onRenew(image.id)).catch((error: unknown) =>
      notify({ kind: 'fault', text: explainError(error) }),
    )
  if (offered.length === 0) return null
  return (
    <Menu trigger={<IconButton label={t('Download')}>{icon}</IconButton>}>
      <MenuLabel>{t('Download')}</MenuLabel>
      {offered
        .toSorted((one, other) => other.size.width - one.size.width)
        .map(({ name, size }) => (
          <MenuItem key={name} onSelect={() => save(name)}>
            <span className="flex-1 capitalize">{formatSizeName(name)}</span>
            <span className="tabular text-muted text-xs">
              {formatPixels(size.width, size.height)} · {formatBytes(size.size)}
            </span>
          </MenuItem>
        ))}
    </Menu>
  )
}
