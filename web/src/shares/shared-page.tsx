import { type ReactNode, useState } from 'react'
import { useRoute } from 'wouter'
import { formatTime } from '../format.ts'
import { plural, t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import type { SharedState, SharedStore } from '../state/shared.ts'
import { useShared } from '../state/use-shared.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { Logo } from '../ui/logo.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { PartFault } from '../ui/part-fault.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { AddPhotos } from './add-photos.tsx'
import { DownloadAll, useDownloadAll } from './download-all.tsx'
import { readAnew } from './read-anew.ts'
import { SharedGrid } from './shared-grid.tsx'
import { SharedLock } from './shared-lock.tsx'

const viewer = partOf(() => import('./shared-viewer.tsx'))

/** What a link opens, to whoever has it: no account, no frame. */
export default function SharedPage() {
  const [, params] = useRoute<{ token: string }>('/s/:token')
  const token = params?.token ?? ''
  return <Share key={token} token={token} />
}

function Share({ token }: { token: string }) {
  const [state, store] = useShared(token)
  const title = state.share?.title ?? t('Shared photos')
  usePageTitle(title)
  switch (state.phase) {
    case 'loading':
      return (
        <Alone>
          <p className="flex items-center gap-3 text-muted" role="status">
            <Spinner /> {t('Opening the link')}
          </p>
        </Alone>
      )
    case 'locked':
      return (
        <Alone>
          <SharedLock fault={state.fault} onUnlock={store.unlock} />
        </Alone>
      )
    case 'ended':
      return (
        <Nothing title={t('This link has ended')}>{t('Ask whoever sent it to you for a new one.')}</Nothing>
      )
    case 'gone':
      return (
        <Nothing title={t('There is nothing behind this link')}>
          {t('It was revoked, or is not whole. Ask whoever sent it to you.')}
        </Nothing>
      )
    case 'fault':
      return (
        <Nothing title={t('The photos could not be loaded')}>
          {state.fault}
          <Button className="mt-6" onClick={() => void store.load()}>
            {t('Try again')}
          </Button>
        </Nothing>
      )
    default:
      return <Open state={state} store={store} title={title} />
  }
}

function Open({ state, store, title }: { state: SharedState; store: SharedStore; title: string }) {
  const [openId, setOpenId] = useState<string | null>(null)
  const all = useDownloadAll(store, title)
  // Fetched with the first photos, so that no click waits for it, and again with the click where it did not come.
  const { part: viewing, failed } = usePart(viewer, openId ?? state.images.length > 0)
  const { share, images, hasMore } = state
  if (share === null) return null
  const showsNothing = share.sizes.length === 0
  const givesAll = share.downloads && !showsNothing && images.length > 1
  const renewed = async (id: string) => (await readAnew(store)).find((image) => image.id === id)
  return (
    <main className="mx-auto max-w-[110rem] px-3 pb-16 sm:px-6">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4 pt-8 pb-3 sm:pt-12">
        <div className="min-w-0">
          <h1 className="text-balance break-words font-semibold text-2xl tracking-[-0.02em] sm:text-3xl">
            <bdi>{title}</bdi>
          </h1>
          <p className="mt-1.5 text-muted text-sm">
            {plural(share.imageCount, '{count} photo', '{count} photos')}
            {share.expiresAt !== null && ` · ${t('until {time}', { time: formatTime(share.expiresAt) })}`}
          </p>
        </div>
        <div className="flex flex-wrap items-start gap-2">
          {givesAll && <DownloadAll all={all} total={share.imageCount} />}
          {share.uploads && <AddPhotos state={state} onAdd={store.add} />}
        </div>
        {/* It has its room before it says anything: nothing moves when it does. */}
        <p
          role="status"
          className={classes(
            '-mt-2 w-full sm:text-end text-muted text-sm',
            (givesAll || all.said !== null) && 'min-h-5',
          )}
        >
          {all.said}
        </p>
      </header>
      {state.fault !== null && (
        <p role="alert" className="mb-4 rounded-lg bg-danger-soft px-4 py-3 text-danger text-sm">
          {state.fault}
        </p>
      )}
      {images.length === 0 || showsNothing ? (
        <p className="grid min-h-[40vh] place-content-center text-center text-muted">
          {images.length > 0
            ? t('This link does not show its photos any more. Ask whoever sent it to you.')
            : share.uploads
              ? t('No photos yet. Add the first ones.')
              : t('There are no photos here at the moment.')}
        </p>
      ) : (
        <SharedGrid images={images} onOpen={setOpenId} onStale={store.refresh} />
      )}
      {hasMore && !showsNothing && (
        <div className="mt-8 text-center">
          <Button onClick={() => void store.more()}>{t('Show more')}</Button>
        </div>
      )}
      <footer className="mt-16 flex items-center justify-center gap-2 text-muted text-xs">
        <Logo className="size-3.5" /> {t('Shared with Rendition')}
      </footer>
      {viewing !== undefined && (
        <viewing.SharedViewer
          images={showsNothing ? [] : images}
          openId={openId}
          onOpen={setOpenId}
          onStale={store.refresh}
          onRenew={renewed}
          onEnd={hasMore ? store.more : null}
        />
      )}
      {failed && openId !== null && <PartFault onClose={() => setOpenId(null)} />}
    </main>
  )
}

function Alone({ children }: { children: ReactNode }) {
  return <main className="grid min-h-dvh place-content-center p-6">{children}</main>
}

function Nothing({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Alone>
      <div className="grid max-w-sm justify-items-center gap-2 text-center">
        <Logo className="mb-4 size-7" />
        <h1 className="text-balance font-semibold text-2xl tracking-tight">{title}</h1>
        <div className="grid justify-items-center text-muted">{children}</div>
      </div>
    </Alone>
  )
}
