import { ChevronDown, FolderUp, ImageUp, Link2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { t } from '../languages/translate.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'
import { choosesFolders } from './file-picker.tsx'

const fromAddress = partOf(() => import('./from-address.tsx'))
const askFor = 'rendition:from-address'
/** Asks for addresses, from anywhere on the page. */
export const openFromAddress = (): boolean => window.dispatchEvent(new Event(askFor))

/** Beside the button for files: every way in which photos come here. */
export function MoreWays({ onFiles, onFolder }: { onFiles: () => void; onFolder: () => void }) {
  const [asking, setAsking] = useState(false)
  const { part, failed } = usePart(fromAddress, asking)
  const close = () => setAsking(false)
  useEffect(() => {
    const ask = () => setAsking(true)
    window.addEventListener(askFor, ask)
    return () => window.removeEventListener(askFor, ask)
  }, [])
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t('More ways to upload')} className="-ms-1 w-8!">
            <ChevronDown aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={onFiles}>
          <ImageUp aria-hidden /> {t('Choose photos')}
        </MenuItem>
        {choosesFolders && (
          <MenuItem onSelect={onFolder}>
            <FolderUp aria-hidden /> {t('Choose a folder')}
          </MenuItem>
        )}
        <MenuItem onSelect={() => setAsking(true)}>
          <Link2 aria-hidden /> {t('From an address…')}
        </MenuItem>
      </Menu>
      {failed && <PartFault onClose={close} />}
      {asking && part !== undefined && <part.FromAddress onClose={close} />}
    </>
  )
}
