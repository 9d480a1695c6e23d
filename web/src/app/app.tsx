import { QueryClientProvider } from '@tanstack/react-query'
import { Toaster } from 'sonner'
import { Link, Route, Switch } from 'wouter'
import { AuthPage } from '../auth/auth-page.tsx'
import { cache } from '../session/cache.ts'
import { Announcer } from '../ui/announcer.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { MainLayout } from './main-layout.tsx'
import { useTheme } from './theme.ts'

export function App() {
  return (
    <ErrorBoundary>
      <QueryClientProvider client={cache}>
        <Switch>
          <Route path="/login">
            <AuthPage key="login" mode="login" />
          </Route>
          <Route path="/register">
            <AuthPage key="register" mode="register" />
          </Route>
          {/* One pattern for both, so that the gallery stays as it is under the viewer. */}
          <Route path={/^\/(?:photos\/[^/]+\/?)?$/}>
            <MainLayout />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
        <Announcer />
        <Toaster theme={useTheme()} position="bottom-center" />
      </QueryClientProvider>
    </ErrorBoundary>
  )
}

function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-3 p-6 text-center">
      <h1 className="font-semibold text-2xl tracking-tight">There is no such page</h1>
      <Link href="/" className="underline decoration-line-strong underline-offset-4 hover:decoration-ink">
        Go to your photos
      </Link>
    </main>
  )
}
