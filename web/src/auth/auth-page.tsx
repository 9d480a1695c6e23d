import { isProblem } from '@rendition/client'
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react'
import { Link, Redirect, useSearchParams } from 'wouter'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { useAccountIfAny, useSessionEnd } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { sentence } from '../state/explain-field.ts'
import { nextPath, useRegistration, useSignIn } from '../state/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { fieldToMend } from '../ui/field-to-mend.ts'
import { Logo } from '../ui/logo.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'
import { authTexts, type Mode, sessionEnds } from './auth-texts.ts'
import { ProviderButtons } from './provider-buttons.tsx'
import { SecondStep } from './second-step.tsx'

export default function AuthPage({ mode }: { mode: Mode }) {
  const registration = useRegistration()
  const text = authTexts(mode, registration)
  const sessionEnd = useSessionEnd()
  const signedIn = useAccountIfAny() !== null
  const [search] = useSearchParams()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const next = search.get('next')
  // As long as it is not known, they do: nearly everywhere.
  const passwords = registration.known?.passwords !== false
  const providers = registration.known?.providers ?? []

  const pathOf = (other: Mode) => `/${other}${next === null ? '' : `?next=${encodeURIComponent(next)}`}`
  const { signIn, error, isPending, challenge, startOver } = useSignIn(mode)
  const [over, setOver] = useState<string | null>(null)
  const faults = isProblem(error) ? error.errors : []
  // What a field can show beside it is not said twice.
  const general = error !== null && faults.length === 0 ? explainError(error) : over
  const faultOf = (...paths: string[]) => sentence(faults.find(({ path }) => paths.includes(path))?.message)

  usePageTitle(text.action)
  useEffect(() => {
    if (error !== null) fieldToMend(form.current)?.focus()
  }, [error])

  const onOver = useCallback(
    (why: string | null) => {
      setOver(why)
      setPassword('')
      startOver()
    },
    [startOver],
  )

  if (signedIn) return <Redirect to={nextPath(next)} replace />
  // Nobody can sign in where nobody has an account.
  if (mode === 'login' && registration.known?.first === true && passwords)
    return <Redirect to={pathOf('register')} replace />
  if (mode === 'register' && !passwords) return <Redirect to={pathOf('login')} replace />

  const submit = (event: FormEvent) => {
    event.preventDefault()
    setOver(null)
    if (!isPending) signIn(name, password)
  }

  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center px-6 pt-10 pb-[18vh]">
      <p className="flex items-center gap-2.5 font-semibold tracking-tight">
        <Logo className="size-5" /> Rendition
      </p>
      <h1 className="mt-10 font-semibold text-3xl tracking-[-0.02em]">
        {challenge === null ? text.title : t('One more step')}
      </h1>
      <p className="mt-2 text-muted">
        {challenge === null ? text.intro : t('Your account asks for a code as well.')}
      </p>
      {challenge !== null && <SecondStep challenge={challenge} next={nextPath(next)} onOver={onOver} />}
      {challenge === null && sessionEnd !== null && (
        <p role="status" className="mt-6 rounded-lg bg-accent-soft px-3.5 py-2.5 text-accent text-sm">
          {t(sessionEnds[sessionEnd])}
        </p>
      )}

      {challenge === null && providers.length > 0 && (
        <ProviderButtons providers={providers} next={nextPath(next)} divided={passwords} />
      )}
      {challenge === null && passwords && (
        <form ref={form} className="mt-6 grid gap-5" onSubmit={submit} noValidate>
          <div role="alert" className="empty:hidden">
            {general !== null && (
              <p className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-danger text-sm">{general}</p>
            )}
          </div>
          <TextField
            label={t('Email or user name')}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={faultOf('email', 'username')}
          />
          <TextField
            label={t('Password')}
            name="password"
            type="password"
            autoComplete={mode === 'login' ? 'current-password' : 'new-password'}
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            hint={text.passwordHint}
            error={faultOf('password')}
          />
          <Button
            type="submit"
            look="primary"
            className="mt-1 h-11"
            disabled={isPending || name === '' || password === ''}
          >
            {isPending && <Spinner />}
            {text.action}
          </Button>
        </form>
      )}

      {challenge === null && mode === 'login' && registration.known?.mails === true && (
        <p className="mt-6 text-sm">
          <Link
            href="/forgot"
            className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
          >
            {t('Forgot your password?')}
          </Link>
        </p>
      )}
      {challenge === null && text.other !== null && (
        <p className="mt-6 text-muted text-sm">
          {text.other.question}{' '}
          <Link
            href={pathOf(mode === 'login' ? 'register' : 'login')}
            className="font-medium text-ink underline decoration-line-strong underline-offset-4 hover:decoration-ink"
          >
            {text.other.action}
          </Link>
        </p>
      )}
    </main>
  )
}
