import type { Share } from '@rendition/contract'
import { Download, ImagePlus, LockKeyhole } from 'lucide-react'
import { useState } from 'react'
import { formatTime } from '../format.ts'
import { plural, t } from '../languages/translate.ts'
import { useShareChanges } from '../state/shares.ts'
import { usePresetNames } from '../state/use-presets.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ChangeShare } from './change-share.tsx'
import { givenSizes } from './given-sizes.ts'
import { endText, isOver } from './share-end.ts'

/** Links, each with what it gives and its end. `nameOf` says what a link opens, where that is not said above. */
export function ShareList({
  shares,
  nameOf,
}: {
  shares: readonly Share[]
  nameOf?: (share: Share) => string
}) {
  const { revoke } = useShareChanges()
  const names = usePresetNames()
  const [asked, setAsked] = useState<Share | null>(null)
  const [changed, setChanged] = useState<Share | null>(null)
  const named = (share: Share): string =>
    nameOf?.(share) ?? t('Made {time}', { time: formatTime(share.createdAt) })
  return (
    <>
      <ul className="divide-y divide-line">
        {shares.map((share) => (
          <li key={share.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 py-2.5">
            <div className="min-w-0 flex-1 basis-48 text-sm">
              <p className="break-words font-medium">
                <bdi>{named(share)}</bdi>
              </p>
              <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-[0.8125rem] text-muted">
                <span className={isOver(share) ? 'text-danger' : ''}>{endText(share)}</span>
                {/* A link to several is one to each of them, too. */}
                {(nameOf !== undefined || share.type === 'selection') && (
                  <span>{plural(share.imageCount, '{count} photo', '{count} photos')}</span>
                )}
                <Sizes given={givenSizes(share.sizes, names)} />
                {share.hasPassword && <Mark icon={LockKeyhole} text={t('share|password')} />}
                {share.downloads && <Mark icon={Download} text={t('downloads')} />}
                {share.uploads && <Mark icon={ImagePlus} text={t('guests add')} />}
              </p>
            </div>
            <div className="flex gap-2">
              <Button className="px-3" onClick={() => setChanged(share)}>
                {t('Change')}
              </Button>
              <Button className="px-3" onClick={() => setAsked(share)}>
                {isOver(share) ? t('Remove') : t('Revoke')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {changed !== null && (
        <ChangeShare share={changed} name={named(changed)} onClose={() => setChanged(null)} />
      )}
      <ConfirmDialog
        open={asked !== null}
        onOpenChange={(open) => !open && setAsked(null)}
        title={t('Revoke this link?')}
        action={t('Revoke')}
        onConfirm={() => asked !== null && void revoke(asked)}
      >
        {t('Whoever has it sees nothing any more, at once. The photos stay.')}
      </ConfirmDialog>
    </>
  )
}

/** Where it is not every one. */
function Sizes({ given }: { given: readonly string[] | null }) {
  if (given === null) return null
  return given.length === 0 ? (
    <span className="text-danger">{t('Shows nothing any more: its sizes are gone')}</span>
  ) : (
    <span className="inline-block first-letter:uppercase">{given.join(', ')}</span>
  )
}

function Mark({ icon: Icon, text }: { icon: typeof Download; text: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <Icon aria-hidden className="size-3.5" /> {text}
    </span>
  )
}
