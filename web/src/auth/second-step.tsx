import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Redirect } from 'wouter'
import { t } from '../languages/translate.ts'
import { useAccountIfAny } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { useSecondStep } from '../state/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Asks for the code after the password was right. `onOver` goes back to the password. */
export function SecondStep({
  challenge,
  next,
  onOver,
}: {
  challenge: string
  /** Where to go when the account that signs in was signed in here already: the page does not change by itself then. */
  next: string
  onOver: (why: string | null) => void
}) {
  const [code, setCode] = useState('')
  const [byApp, setByApp] = useState(true)
  const { finish, error, isOver, isPending, isDone } = useSecondStep(challenge)
  const signedIn = useAccountIfAny() !== null
  const input = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isOver) onOver(error === null ? null : explainError(error))
    else input.current?.querySelector('input')?.focus()
  }, [isOver, error, onOver])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isPending && code !== '') finish(code)
  }
  if (isDone && signedIn) return <Redirect to={next} replace />
  return (
    <form className="mt-8 grid gap-5" onSubmit={submit} noValidate>
      <div ref={input}>
        <TextField
          key={byApp ? 'app' : 'recovery'}
          label={byApp ? t('Code from your app') : t('Recovery code')}
          name="code"
          autoComplete="one-time-code"
          inputMode={byApp ? 'numeric' : 'text'}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={error === null ? undefined : explainError(error)}
          hint={
            byApp
              ? t('Six digits, new every half minute.')
              : t('One of the ten that you saved; each signs in once.')
          }
        />
      </div>
      <Button type="submit" look="primary" className="h-11" disabled={isPending || code === ''}>
        {isPending && <Spinner />}
        {t('Sign in')}
      </Button>
      <div className="flex justify-between gap-4">
        <Button
          look="quiet"
          className="-ms-3 px-3"
          onClick={() => {
            setByApp(!byApp)
            setCode('')
          }}
        >
          {byApp ? t('Use a recovery code') : t('Use the app')}
        </Button>
        <Button look="quiet" className="-me-3 px-3" onClick={() => onOver(null)}>
          {t('Start over')}
        </Button>
      </div>
    </form>
  )
}
