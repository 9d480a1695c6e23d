import type { ReactNode } from 'react'
import { usePageTitle } from '../page-title.ts'

interface PageFrameProps {
  title: string
  /** One sentence under it. */
  about?: ReactNode
  /** What can be done with the whole, beside the title. */
  actions?: ReactNode
  wide?: boolean
  children: ReactNode
}

/** A page that is read, under its heading: all of them in one column, on one edge. */
export function PageFrame({ title, about, actions, wide = false, children }: PageFrameProps) {
  usePageTitle(title)
  return (
    <main className={`mx-auto w-full px-3 pt-6 pb-32 sm:px-6 ${wide ? 'max-w-6xl' : 'max-w-4xl'}`}>
      <div className="mb-6 flex flex-wrap items-start gap-3">
        {/* What stands beside it goes below where there is no room for both: long words are not squeezed. */}
        <div className="min-w-0 flex-1 basis-52">
          <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
          {about !== undefined && <p className="mt-1 max-w-2xl text-pretty text-muted text-sm">{about}</p>}
        </div>
        {actions}
      </div>
      <div className="grid gap-6 *:min-w-0">{children}</div>
    </main>
  )
}

interface PanelProps {
  title: string
  about?: ReactNode
  action?: ReactNode
  look?: 'plain' | 'danger'
  children: ReactNode
}

/** One subject of a page. */
export function Panel({ title, about, action, look = 'plain', children }: PanelProps) {
  return (
    <section
      aria-label={title}
      className={`rounded-2xl border bg-raised p-4 sm:p-6 ${look === 'danger' ? 'border-danger/50' : 'border-line'}`}
    >
      <div className="mb-4 flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <h2 className="font-semibold text-base tracking-tight">
            <bdi>{title}</bdi>
          </h2>
          {about !== undefined && (
            <p className="mt-0.5 max-w-prose text-pretty text-muted text-sm">{about}</p>
          )}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}
