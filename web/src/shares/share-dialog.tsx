import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useRef, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { mostShared, type ShareTarget, tooManyText, useShares } from '../state/shares.ts'
import { IconButton } from '../ui/button.tsx'
import { NewLink } from './new-link.tsx'
import { ShareForm } from './share-form.tsx'
import { ShareList } from './share-list.tsx'

interface ShareDialogProps {
  target: ShareTarget
  onClose: () => void
}

/** Makes a link to an album or to photos, and shows those that there are. */
export function ShareDialog({ target, onClose }: ShareDialogProps) {
  const [opener] = useState(() => document.activeElement)
  const [made, setMade] = useState<string | null>(null)
  const content = useRef<HTMLDivElement>(null)
  const tooMany = countOf(target) > mostShared
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-60 animate-appear bg-black/50" />
        <Dialog.Content
          ref={content}
          aria-describedby={undefined}
          // A key may have opened it, and the button may be gone with the selection.
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener instanceof HTMLElement) opener.focus()
          }}
          className="fixed inset-x-3 bottom-3 z-60 mx-auto flex max-h-[calc(100dvh-1.5rem)] max-w-lg animate-rise flex-col
            overflow-y-auto rounded-2xl border border-line bg-raised p-5 shadow-float sm:top-1/2 sm:bottom-auto
            sm:-translate-y-1/2 sm:p-6"
        >
          <div className="mb-5 flex items-start gap-3">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="break-words font-semibold text-lg tracking-tight">
                {t('Share {name}', { name: nameOf(target) })}
              </Dialog.Title>
              <p className="mt-1 text-muted text-sm">{openedBy(target)}</p>
            </div>
            <Dialog.Close asChild>
              <IconButton label={t('Close')} className="-mt-2 -me-2">
                <X aria-hidden />
              </IconButton>
            </Dialog.Close>
          </div>
          {tooMany ? (
            <p className="text-sm">{tooManyText()}</p>
          ) : made === null ? (
            <ShareForm target={target} onMade={({ url }) => setMade(url)} />
          ) : (
            <NewLink url={made} onAnother={() => setMade(null)} />
          )}
          <Present target={target} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function openedBy(target: ShareTarget): string {
  if (target.type === 'album')
    return t('Whoever has the link sees what is in the album and nothing else. No account is needed.')
  return countOf(target) === 1
    ? t('Whoever has the link sees this photo and nothing else. No account is needed.')
    : t('Whoever has the link sees these photos and nothing else. No account is needed.')
}

function nameOf(target: ShareTarget): string {
  if (target.type === 'album') return t('the album “{name}”', { name: target.name })
  if (target.type === 'list') return target.name
  return plural(target.imageIds.length, '{count} photo', '{count} photos')
}

/** How many photos are named one by one; while they are counted none. */
function countOf(target: ShareTarget): number {
  if (target.type === 'album') return 0
  return target.type === 'list' ? (target.total ?? 0) : target.imageIds.length
}

/** Links that there are to the same. Of a selection of many there is no telling which are: the page of links has them. */
function Present({ target }: { target: ShareTarget }) {
  if (target.type === 'album') return <Links of={{ albumId: target.albumId }} />
  if (target.type === 'list') return null
  const [only, ...more] = target.imageIds
  return only === undefined || more.length > 0 ? null : <Links of={{ imageId: only }} />
}

function Links({ of }: { of: { albumId?: string; imageId?: string } }) {
  const { shares } = useShares(of)
  if (shares.length === 0) return null
  return (
    <section aria-label={t('Links that there are')} className="mt-6 border-line border-t pt-4">
      <h3 className="mb-1 font-medium text-sm">{t('Links that there are')}</h3>
      <ShareList shares={shares} />
    </section>
  )
}
