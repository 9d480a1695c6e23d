import { isProblem } from '@rendition/client'
import { useCallback, useState } from 'react'
import { Redirect } from 'wouter'
import { t } from '../languages/translate.ts'
import { useLinkLook, useLinkToken, useSignInByLink } from '../state/account-links.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { LinkForm } from './link-form.tsx'
import { BrokenLink, LinkFrame, LinkOver } from './link-frame.tsx'
import { SecondStep } from './second-step.tsx'

/** Where a link leads that the operator made: signs in when asked to, so that nothing that looks at links spends it. */
export default function SignInLinkPage() {
  const token = useLinkToken()
  const link = useLinkLook(token, 'sign-in')
  const signIn = useSignInByLink(token)
  const signedIn = useAccountIfAny() !== null
  const [over, setOver] = useState<string | null>(null)
  const onOver = useCallback((why: string | null) => setOver(why ?? t('Ask for another link.')), [])
  const challenge = isProblem(signIn.error, 'two_step_required') ? signIn.error.challenge : null
  // The account's own page takes the place of the one that signed in, unless it was signed in here already.
  if ((token === '' || signIn.isDone) && signedIn) return <Redirect to="/" replace />
  if (token === '')
    return <BrokenLink whatToDo={t('Copy all of it, to its end, or ask whoever made it for another one.')} />
  if (over !== null) return <LinkFrame title={t('You are not signed in')} intro={over} />
  if (challenge !== null && challenge !== undefined) {
    return (
      <LinkFrame title={t('One more step')} intro={t('Your account asks for a code as well.')}>
        <SecondStep challenge={challenge} next="/" onOver={onOver} />
      </LinkFrame>
    )
  }
  if (link.state === 'over') return <LinkOver />
  return (
    <LinkFrame
      title={t('Sign in by a link')}
      intro={t('Whoever runs this installation made it for you. It is good once.')}
    >
      {link.state === 'good' && (
        <LinkForm
          fields={[]}
          action={t('Sign in')}
          error={signIn.error}
          isPending={signIn.isPending}
          onSubmit={() => signIn.run()}
        />
      )}
    </LinkFrame>
  )
}
