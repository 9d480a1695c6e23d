import type { ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** What the pages need of a question to the service. */
interface Asked {
  isPending: boolean
  error: Error | null
  data: unknown
  refetch: () => unknown
}

interface AnswerProps {
  of: Asked
  /** What it is, for who hears that it is loading. */
  what: string
  children: ReactNode
}

/** The answer where there is one, even an old one; else that it is coming, or why it did not come, and another try. */
export function Answer({ of, what, children }: AnswerProps) {
  if (of.data !== undefined) {
    return (
      <>
        {of.error !== null && (
          <p role="status" className="mb-3 rounded-lg bg-accent-soft px-3 py-2 text-accent text-sm">
            {t('{error} This is what it was before.', { error: explainError(of.error) })}
          </p>
        )}
        {children}
      </>
    )
  }
  if (of.error !== null) {
    return (
      <div role="alert" className="grid justify-items-center gap-4 py-8 text-center text-muted text-sm">
        {explainError(of.error)} <Button onClick={() => void of.refetch()}>{t('Try again')}</Button>
      </div>
    )
  }
  return (
    <div
      role="status"
      aria-label={t('Loading {what}', { what })}
      className="grid place-items-center py-8 text-muted"
    >
      <Spinner className="size-5" />
    </div>
  )
}

interface MoreProps {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  label: string
}

/** The next page of a list. */
export function More({ of, label }: MoreProps) {
  if (!of.hasNextPage) return null
  return (
    <div className="mt-4 grid place-items-center">
      <Button disabled={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {of.isFetchingNextPage && <Spinner />} {label}
      </Button>
    </div>
  )
}

/** Why something that was typed was not taken. */
export function FormFault({ error }: { error: Error | null }) {
  if (error === null) return null
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-danger text-sm">
      {explainError(error)}
    </p>
  )
}
