import type { PublicOriginal } from '@rendition/contract'
import { Globe, Lock } from 'lucide-react'
import { Switch } from 'radix-ui'
import { useId, useState } from 'react'
import { formatTime } from '../format.ts'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

interface VisibilitySwitchProps {
  /** What anyone gets of the original while the photo is public. */
  original: PublicOriginal
  visible: boolean
  disabled: boolean
  /** When the signed URLs that are shown now stop working. */
  expiry: Date | null
  onChange: (visible: boolean) => void
}

/** Says what everybody will see before they see it: what was public once may have been kept by anyone. */
export function VisibilitySwitch({ original, visible, disabled, expiry, onChange }: VisibilitySwitchProps) {
  const id = useId()
  const [asking, setAsking] = useState(false)
  const Icon = visible ? Globe : Lock
  return (
    <div className="flex items-center gap-3">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <label htmlFor={id} className="flex-1 text-sm">
        {t('Public')}
        <span className="block text-muted text-xs">
          {visible ? t(publicNotes[original]) : privateNote(expiry)}
        </span>
      </label>
      <Switch.Root
        id={id}
        checked={visible}
        disabled={disabled}
        onCheckedChange={(wanted) => (wanted ? setAsking(true) : onChange(false))}
        className="h-6 w-10 rounded-full bg-line-strong p-0.5 transition-colors disabled:opacity-50 data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-5 rounded-full bg-raised transition-transform data-[state=checked]:translate-x-4 rtl:data-[state=checked]:-translate-x-4" />
      </Switch.Root>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('Make this photo public?')}
        action={t('Make public')}
        look="primary"
        onConfirm={() => onChange(true)}
      >
        {t('Anyone with its URL sees it in every size, and every earlier version of it.')}{' '}
        {t(originalNotes[original])}
      </ConfirmDialog>
    </div>
  )
}

/** As docs/delivery.md has it. */
const originalNotes = {
  cleaned:
    'The original is given out without the place where it was taken, serial numbers and the camera maker’s notes. Date, camera and author stay in it.',
  untouched:
    'The original is given out exactly as it was uploaded, with the place where it was taken and serial numbers if the file names them.',
} as const satisfies Record<PublicOriginal, Phrase>

const publicNotes = {
  cleaned: 'Anyone with the URL can see it.',
  untouched: 'Anyone with the URL can see it, and all that the original’s file says.',
} as const satisfies Record<PublicOriginal, Phrase>

function privateNote(expiry: Date | null): string {
  return expiry === null
    ? t('Only you can see it.')
    : t('Its URLs are signed, and work until {time}.', { time: formatTime(expiry) })
}
