import { Component, type ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { isOnline } from '../state/online.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/classes.ts'
import { PartFault } from '../ui/part-fault.tsx'

type Fault = 'none' | 'closed' | 'page' | 'not loaded' | 'outdated'

/** How browsers say that a part of the page, which is fetched when it is needed, did not come. */
const notLoaded = /dynamically imported module|importing a module script failed/i

interface ErrorBoundaryProps {
  /**
   * What it says stands where the part would (`place`), in a line over the page (`line`: a part that lies over another), or alone (`whole`: there is nothing
   * around it). All but the last leave the navigation as it is.
   */
  shape: 'place' | 'line' | 'whole'
  /** What the part is shown for: for another it is tried anew. */
  of?: string | null
  /** What else is done when the line is closed. */
  onClose?: () => void
  children: ReactNode
}

/** A fault of a part of the page ends here, with a way on. React offers this as a class only. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { fault: Fault }> {
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

  override componentDidUpdate({ of }: ErrorBoundaryProps) {
    if (of !== this.props.of && this.state.fault !== 'none') this.setState({ fault: 'none' })
  }

  override render() {
    const { fault } = this.state
    const { shape, onClose, children } = this.props
    if (fault === 'none') return children
    if (fault === 'closed') return null
    if (shape === 'line') {
      const close = () => {
        this.setState({ fault: 'closed' })
        onClose?.()
      }
      return <PartFault onClose={close}>{textOf(fault)}</PartFault>
    }
    // The gallery may be what a whole page cannot come past.
    const again = () =>
      fault === 'page' && shape === 'whole' ? window.location.assign('/') : window.location.reload()
    return (
      <div
        role="alert"
        className={classes(
          'grid place-content-center justify-items-center gap-5 p-6 text-center',
          shape === 'whole' ? 'fixed inset-0 z-60 bg-ground' : 'min-h-[60dvh]',
        )}
      >
        <p className="max-w-sm font-medium text-lg">{textOf(fault)}</p>
        <Button look="primary" onClick={again}>
          {t('Load it again')}
        </Button>
      </div>
    )
  }
}

function textOf(fault: Exclude<Fault, 'none' | 'closed'>): string {
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
