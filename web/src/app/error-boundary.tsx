import { Component, type ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { isOnline } from '../state/online.ts'
import { Button } from '../ui/button.tsx'

type Fault = 'none' | 'page' | 'not loaded' | 'outdated'

/** How browsers say that a part of the page, which is fetched when it is needed, did not come. */
const notLoaded = /dynamically imported module|importing a module script failed/i

/** A fault of the page itself ends here, with a way on. React offers this as a class only. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { fault: Fault }> {
  override state: { fault: Fault } = { fault: 'none' }

  static getDerivedStateFromError(error: unknown): { fault: Fault } {
    return { fault: notLoaded.test(String(error)) ? 'not loaded' : 'page' }
  }

  override componentDidCatch() {
    if (this.state.fault !== 'not loaded') return
    isOutdated().then(
      (outdated) => outdated && this.setState({ fault: 'outdated' }),
      () => undefined,
    )
  }

  override render() {
    const { fault } = this.state
    if (fault === 'none') return this.props.children
    return (
      <div
        role="alert"
        className="fixed inset-0 z-60 grid place-content-center justify-items-center gap-5 bg-ground p-6 text-center"
      >
        <p className="max-w-sm font-medium text-lg">{textOf(fault)}</p>
        <Button
          look="primary"
          onClick={() => (fault === 'page' ? window.location.assign('/') : window.location.reload())}
        >
          {t('Load it again')}
        </Button>
      </div>
    )
  }
}

function textOf(fault: Exclude<Fault, 'none'>): string {
  if (fault === 'page') return t('This page has run into a fault.')
  if (fault === 'outdated') return t('There is a new version of this page.')
  return isOnline()
    ? t('The service cannot be reached right now, and this part of the page has not been loaded yet.')
    : t('You are offline, and this part of the page has not been loaded yet.')
}

/** Whether the service has another build by now, which has this part under another name. */
async function isOutdated(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>('script[type="module"][src]')?.getAttribute('src')
  const answer = await fetch('/', { cache: 'no-store' })
  return own != null && answer.ok && !(await answer.text()).includes(own)
}
