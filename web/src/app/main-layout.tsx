import { ImageUp, WifiOff } from 'lucide-react'
import { Suspense, useEffect, useSyncExternalStore } from 'react'
import { Link, Redirect, useLocation, useRoute, useSearch } from 'wouter'
import { fetchArranging } from '../gallery/gallery-grid.tsx'
import { GalleryPage } from '../gallery/gallery-page.tsx'
import { fetchSelectionBar, SelectionBar } from '../gallery/selection-bar.tsx'
import { Toolbar } from '../gallery/toolbar.tsx'
import { formatDate } from '../languages/numbers.ts'
import { t } from '../languages/translate.ts'
import { takeKeptPictures } from '../pictures/picture-source.ts'
import { useAccountIfAny, useMayChange } from '../state/account-scope.tsx'
import type { Account } from '../state/accounts.ts'
import { formatFilter, type GalleryFilter, noFilter, useFilter } from '../state/filter.ts'
import { useLiveImages } from '../state/live-images.ts'
import { useOnline } from '../state/online.ts'
import { useOwnPage, usePageOwner } from '../state/page-owner.ts'
import { useAsOf } from '../state/seen.ts'
import { useUploadGuards } from '../state/use-uploads.ts'
import { fetchQuestions } from '../ui/ask-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { Logo } from '../ui/logo.tsx'
import { fetchMenus } from '../ui/menu.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { fetchSheets } from '../ui/sheet.tsx'
import { DropAnywhere } from '../upload/drop-anywhere.tsx'
import { FilePicker } from '../upload/file-picker.tsx'
import { MoreWays } from '../upload/more-ways.tsx'
import { fetchUploadTray, UploadTray } from '../upload/upload-tray.tsx'
import { AccountMenu } from './account-menu.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { fetchToasts } from './notices.tsx'
import { fetchViewer, OverGallery } from './over-gallery.tsx'
import { useFramePage } from './pages.tsx'
import { QuickHelp } from './quick-help.tsx'
import { ShownPage } from './shown-page.tsx'
import { SideBar } from './side-bar.tsx'

/** Not needed to see the gallery, so it does not delay it; fetched soon after, so that the first click does not wait. */
const wantedSoon: readonly (() => Promise<unknown>)[] = [
  fetchViewer,
  fetchMenus,
  fetchToasts,
  fetchQuestions,
  fetchSheets,
  fetchSelectionBar,
  fetchUploadTray,
  fetchArranging,
  // Whoever signs out without a network is to see that it is done.
  () => import('../auth/auth-page.tsx'),
]
const soonMs = 1500

/** The gallery with everything that stays around it. Signed-out visitors are sent to sign in, and back. */
export function MainLayout() {
  const account = useAccountIfAny()
  const owner = usePageOwner()
  const [path] = useLocation()
  const search = useSearch()
  if (account === null) {
    // An address that an account was looking at says what it looked for: that is not kept for whoever signs in next.
    if (owner !== undefined) return <Redirect to="/login" replace />
    const here = `${path}${search === '' ? '' : `?${search}`}`
    return <Redirect to={here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`} replace />
  }
  if (owner !== undefined && owner !== account.userId) return <Redirect to="/" replace />
  return <SignedIn account={account} />
}

function SignedIn({ account }: { account: Account }) {
  const [, photo] = useRoute('/photos/:id')
  const page = useFramePage()
  const [, edited] = useRoute('/photos/:id/edit')
  const openId = photo?.id ?? null
  const editedId = edited?.id ?? null
  const [filter, changeFilter] = useFilter()
  const mayChange = useMayChange()
  const [, navigate] = useLocation()
  // From a page without photos a search goes to those that match.
  const search = (part: Partial<GalleryFilter>) =>
    page === undefined ? changeFilter(part) : navigate(`/${formatFilter({ ...noFilter, ...part })}`)
  const searches = page === undefined || page.searches === true
  const asOf = useAsOf(account)
  // Before any picture of it is shown.
  takeKeptPictures(asOf === null ? null : account.userId)
  useOwnPage(account.userId)
  useLiveImages(account)
  useUploadGuards(account.uploads)
  useEffect(() => {
    // What fails here is fetched again when it is wanted.
    const timer = setTimeout(() => {
      void Promise.allSettled(wantedSoon.map((fetch) => fetch()))
      account.seen.start()
    }, soonMs)
    return () => clearTimeout(timer)
  }, [account])
  return (
    <>
      <a
        href="#content"
        className="fixed top-3 start-3 z-60 rounded-lg bg-ink px-4 py-2.5 font-medium text-ground text-sm not-focus:sr-only"
      >
        {t('Skip to the content')}
      </a>
      <div className="sm:grid sm:grid-cols-[5.25rem_minmax(0,1fr)] xl:grid-cols-[14.5rem_minmax(0,1fr)]">
        <SideBar />
        <div className="min-w-0">
          <header className="group/head sticky top-0 z-20 border-line/70 border-b bg-ground [@media(width<40rem)_and_(height<30rem)]:static">
            <OfflineNote asOf={asOf} />
            <div className="relative">
              {/* What is selected is of the gallery's list: on another page its filter would mean another list. */}
              {page === undefined && (
                <ErrorBoundary shape="line">
                  <SelectionBar />
                </ErrorBoundary>
              )}
              {/* What lies under the bar of a selection is not come to either. */}
              <div className="flex flex-wrap items-center gap-x-3 px-3 sm:h-16 sm:flex-nowrap sm:px-6 sm:group-has-data-selection/head:invisible">
                <Link
                  href="/"
                  className="flex h-14 items-center gap-2.5 pe-2 font-semibold tracking-tight group-has-data-selection/head:invisible sm:hidden"
                >
                  <Logo className="size-5" /> Rendition
                </Link>
                {searches && (
                  <search className="order-last flex w-full min-w-0 pb-2.5 sm:order-none sm:max-w-xl sm:pb-0">
                    <Toolbar filter={filter} onChange={search} />
                  </search>
                )}
                <div className="ms-auto flex items-center gap-1.5 group-has-data-selection/head:invisible">
                  {mayChange && (
                    <FilePicker>
                      {(open, openFolder) => (
                        <>
                          <Button look="primary" onClick={open} data-choose-files>
                            <ImageUp aria-hidden className="size-4" />{' '}
                            <span className="max-[22.5rem]:sr-only">{t('Upload')}</span>
                          </Button>
                          <MoreWays onFiles={open} onFolder={openFolder} />
                        </>
                      )}
                    </FilePicker>
                  )}
                  <AccountMenu />
                </div>
              </div>
            </div>
          </header>
          <div id="content" tabIndex={-1} className="outline-none">
            <ErrorBoundary key={page?.path ?? ''} shape="place">
              <Suspense>
                {page === undefined ? <GalleryPage openId={openId ?? editedId} /> : <ShownPage page={page} />}
              </Suspense>
            </ErrorBoundary>
          </div>
        </div>
      </div>
      <UploadTray />
      <QuickHelp />
      {mayChange && <DropAnywhere />}
      <Shared />
      <Edits running={account.running} />
      <OverGallery openId={openId} editedId={editedId} />
    </>
  )
}

const editsUnderWay = partOf(() => import('../gallery/edits-under-way.tsx'))
/** What was begun on many photos says how it ended, also to who has gone on to something else. */
function Edits({ running }: Pick<Account, 'running'>) {
  const { part } = usePart(editsUnderWay, useSyncExternalStore(running.subscribe, running.snapshot) !== null)
  return part && <part.EditsUnderWay />
}

const sharedQuestion = partOf(() => import('./shared-question.tsx'))
/** What other apps share comes by way of the worker. */
function Shared() {
  const { part } = usePart(sharedQuestion, Boolean(navigator.serviceWorker?.controller))
  return part && <part.SharedQuestion />
}

function OfflineNote({ asOf }: { asOf: number | null }) {
  const isOnline = useOnline()
  if (isOnline && asOf === null) return null
  return (
    <p
      role="status"
      className="flex items-center justify-center gap-2 bg-accent-soft px-4 py-2 text-center text-accent text-sm"
    >
      <WifiOff aria-hidden className="size-4 shrink-0" />{' '}
      {asOf === null
        ? t('You are offline. Nothing can be changed or deleted now; uploads wait for the connection.')
        : t(
            'The service cannot be reached. This is as of {time}; nothing can be changed now, and uploads wait.',
            { time: formatDate(new Date(asOf), { dateStyle: 'medium', timeStyle: 'short' }) },
          )}
    </p>
  )
}
