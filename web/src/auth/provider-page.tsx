import { isProblem } from '@rendition/client'
import { useCallback, useState } from 'react'
import { Redirect, useRoute, useSearchParams } from 'wouter'
import { t } from '../languages/translate.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { useProviderReturn } from '../state/provider-sign-in.ts'
import { nextPath } from '../state/sign-in.ts'
import { Spinner } from '../ui/spinner.tsx'
import { LinkFrame } from './link-frame.tsx'
import { SecondStep } from './second-step.tsx'

/** Where an OpenID provider sends the browser back to. */
export default function ProviderPage() {
  const [, named] = useRoute('/sign-in/:id')
  const [search] = useSearchParams()
  const signedIn = useAccountIfAny() !== null
  const { isKnown, links, next, error, isDone } = useProviderReturn(named?.id ?? '')
  const [over, setOver] = useState<string | null>(null)
  const onOver = useCallback((why: string | null) => setOver(why ?? t('Begin anew.')), [])
  const challenge = isProblem(error, 'two_step_required') ? error.challenge : null

  // Linked, or signed in to the account that was signed in here already.
  if (isDone && signedIn) return <Redirect to={nextPath(next)} replace />
  // The account's own page takes the place of the one that signed in.
  if (!isKnown && signedIn) return <Redirect to={nextPath(search.get('next'))} replace />
  if (over !== null) return <LinkFrame title={t('You are not signed in')} intro={over} />
  if (challenge !== null && challenge !== undefined) {
    return (
      <LinkFrame title={t('One more step')} intro={t('Your account asks for a code as well.')}>
        <SecondStep challenge={challenge} next={nextPath(next)} onOver={onOver} />
      </LinkFrame>
    )
  }
  if (error !== null) {
    const title = links ? t('Nothing was linked') : t('You are not signed in')
    return <LinkFrame title={title} intro={explainError(error)} />
  }
  if (!isKnown) {
    return (
      <LinkFrame
        title={t('This sign-in did not begin here')}
        intro={t('It began in another tab or browser, or came back twice. Begin anew.')}
      />
    )
  }
  return (
    <LinkFrame title={links ? t('Linking') : t('Signing in')} intro={t('One moment.')}>
      <Spinner className="mt-8 size-5 text-muted" />
    </LinkFrame>
  )
}
