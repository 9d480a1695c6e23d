import { Direction } from 'radix-ui'
import { lazy, Suspense } from 'react'
import { Link, Route, Switch } from 'wouter'
import { directionOf, useLanguage } from '../languages/language.ts'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { AccountScope, useOpenAccount } from '../state/account-scope.tsx'
import type { OpenAccount } from '../state/accounts.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { MainLayout } from './main-layout.tsx'
import { Notices, useOwnNotices } from './notices.tsx'
import { LatePage, openPages, useIsInFrame, usePageOf } from './pages.tsx'

const AuthPage = lazy(() => import('../auth/auth-page.tsx'))

export function App() {
  const open = useOpenAccount()
  // In another language all is rendered anew, and stays open and typed as it is. What is kept by `memo` asks for itself.
  const language = useLanguage()
  return (
    // Menus, sliders and tabs go by it: their arrow keys, and the side they open to.
    <Direction.Provider dir={directionOf(language)}>
      <ErrorBoundary shape="whole">
        <AccountPage key={open?.account.key ?? 0} open={open} />
        <Notices />
      </ErrorBoundary>
    </Direction.Provider>
  )
}

/** The whole page of one account, or of nobody: nothing of it, typed or chosen or open, outlives a change of account. */
function AccountPage({ open }: { open: OpenAccount | null }) {
  useOwnNotices()
  return (
    <AccountScope open={open}>
      <Switch>
        <Route path="/login">
          <Suspense>
            <AuthPage key="login" mode="login" />
          </Suspense>
        </Route>
        <Route path="/register">
          <Suspense>
            <AuthPage key="register" mode="register" />
          </Suspense>
        </Route>
        <Route>
          <Elsewhere isSignedIn={open !== null} />
        </Route>
      </Switch>
    </AccountScope>
  )
}

/** One place for all of the frame, so that the gallery stays as it is under the viewer, and uploads as they are. */
function Elsewhere({ isSignedIn }: { isSignedIn: boolean }) {
  const inFrame = useIsInFrame()
  const open = usePageOf(openPages)
  if (open !== undefined)
    return (
      <Suspense>
        <LatePage key={open.path} part={open.part} />
      </Suspense>
    )
  return inFrame || isSignedIn ? <MainLayout /> : <NotFound />
}

function NotFound() {
  const title = t('There is no such page')
  usePageTitle(title)
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-3 p-6 text-center">
      <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
      <p className="text-muted text-sm">
        {t('The address may have been mistyped, or what was there is gone.')}
      </p>
      <Link href="/" className="underline decoration-line-strong underline-offset-4 hover:decoration-ink">
        {t('Go to your photos')}
      </Link>
    </main>
  )
}
