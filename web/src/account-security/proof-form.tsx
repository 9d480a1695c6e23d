import { isProblem } from '@rendition/client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { Button } from '../ui/button.tsx'
import { CurrentPassword } from '../ui/current-password.tsx'
import { fieldToMend } from '../ui/field-to-mend.ts'
import { Spinner } from '../ui/spinner.tsx'
import { CodeField } from './code-field.tsx'

interface ProofFormProps {
  asks: readonly ('password' | 'code')[]
  action: string
  look?: 'primary' | 'danger'
  codeHint?: string
  error: Error | null
  isPending: boolean
  onProve: (proof: { currentPassword: string; code: string }) => void
  onCancel?: () => void
}

/** Asks for what proves that it is the owner who sits here. */
export function ProofForm({
  asks,
  action,
  look = 'primary',
  codeHint,
  error,
  isPending,
  ...on
}: ProofFormProps) {
  const [currentPassword, setPassword] = useState('')
  const [code, setCode] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const passwordFault = isProblem(error, 'invalid_credentials') ? explainError(error) : undefined
  const codeFault = isProblem(error, 'code_invalid') ? explainError(error) : undefined
  const general =
    error !== null && passwordFault === undefined && codeFault === undefined ? explainError(error) : null
  useEffect(() => {
    const field = error === null ? form.current?.querySelector('input') : fieldToMend(form.current)
    field?.focus()
  }, [error])
  const ready = asks.every((field) => (field === 'code' ? code : currentPassword) !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !isPending) on.onProve({ currentPassword, code })
  }
  return (
    <form ref={form} className="grid max-w-sm gap-4" onSubmit={submit} noValidate>
      <div role="alert" className="empty:hidden">
        {general !== null && (
          <p className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-danger text-sm">{general}</p>
        )}
      </div>
      {asks.includes('password') && (
        <CurrentPassword value={currentPassword} onChange={setPassword} error={passwordFault} />
      )}
      {asks.includes('code') && (
        <CodeField value={code} onChange={setCode} error={codeFault} hint={codeHint} />
      )}
      <div className="flex gap-2">
        <Button type="submit" look={look} disabled={isPending || !ready}>
          {isPending && <Spinner />}
          {action}
        </Button>
        {on.onCancel !== undefined && (
          <Button look="quiet" onClick={on.onCancel}>
            {t('Cancel')}
          </Button>
        )}
      </div>
    </form>
  )
}
