import type { SharedImage } from '@rendition/contract'
import type { ReactNode } from 'react'
import { formatBytes, formatPixels, formatSizeName } from '../format.ts'
import { t } from '../languages/translate.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuLabel, MenuLink } from '../ui/menu.tsx'

/** The picture as a file, in the sizes that the link gives; nothing where it gives none. */
export function DownloadMenu({ image, icon }: { image: SharedImage; icon: ReactNode }) {
  const offered = Object.entries(image.downloads).flatMap(([name, url]) => {
    const size = image.sizes[name]
    return size === undefined ? [] : [{ name, url, size }]
  })
  if (offered.length === 0) return null
  return (
    <Menu trigger={<IconButton label={t('Download')}>{icon}</IconButton>}>
      <MenuLabel>{t('Download')}</MenuLabel>
      {offered
        .toSorted((one, other) => other.size.width - one.size.width)
        .map(({ name, url, size }) => (
          <MenuLink key={name} href={pictureUrl({ url })}>
            <span className="flex-1 capitalize">{formatSizeName(name)}</span>
            <span className="tabular text-muted text-xs">
              {formatPixels(size.width, size.height)} · {formatBytes(size.size)}
            </span>
          </MenuLink>
        ))}
    </Menu>
  )
}
