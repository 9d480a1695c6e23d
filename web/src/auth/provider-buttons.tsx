import type { Provider } from '@rendition/contract'
import { KeyRound } from 'lucide-react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { useProviderSignIn } from '../state/provider-sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'

/** One button for each provider that signs in here; `divided` from the form below it. */
export function ProviderButtons({
  providers,
  next,
  divided,
}: {
  providers: readonly Provider[]
  next: string
  divided: boolean
}) {
  const { go, error, isPending } = useProviderSignIn(next)
  return (
    <div className="mt-8 grid gap-3">
      <div role="alert" className="empty:hidden">
        {error !== null && (
          <p className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-danger text-sm">{explainError(error)}</p>
        )}
      </div>
      {providers.map(({ id, name }) => (
        <Button key={id} className="h-11" disabled={isPending} onClick={() => go(id)}>
          {isPending ? <Spinner /> : <KeyRound aria-hidden className="size-4" />}{' '}
          {t('Continue with {name}', { name })}
        </Button>
      ))}
      {divided && (
        <p className="mt-3 flex items-center gap-3 text-muted text-sm before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
          {t('or')}
        </p>
      )}
    </div>
  )
}
