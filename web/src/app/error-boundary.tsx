import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'

/** A fault of the page itself ends here, with a way on. React offers this as a class only. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div
        role="alert"
        className="fixed inset-0 z-60 grid place-content-center justify-items-center gap-5 bg-ground p-6"
      >
        <p className="font-medium text-lg">This page has run into a fault.</p>
        <Button look="primary" onClick={() => window.location.assign('/')}>
          Load it again
        </Button>
      </div>
    )
  }
}
