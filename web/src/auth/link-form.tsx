import { isProblem } from '@rendition/client'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { explainError } from '../state/explain-error.ts'
import { sentence } from '../state/explain-field.ts'
import { Button } from '../ui/button.tsx'
import { fieldToMend } from '../ui/field-to-mend.ts'
import { Spinner } from '../ui/spinner.tsx'
import { TextField } from '../ui/text-field.tsx'

interface Field {
  name: string
  label: string
  type: 'email' | 'password' | 'text'
  autoComplete: string
  hint?: string
  optional?: boolean
}

interface LinkFormProps {
  fields: readonly Field[]
  action: string
  error: Error | null
  isPending: boolean
  onSubmit: (values: Readonly<Record<string, string>>) => void
}

/** A form of few fields, with what is wrong beside each. */
export function LinkForm({ fields, action, error, isPending, onSubmit }: LinkFormProps) {
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const form = useRef<HTMLFormElement>(null)
  const faults = isProblem(error) ? error.errors : []
  const faultOf = (name: string) => sentence(faults.find(({ path }) => path === name)?.message)
  const general = error !== null && !fields.some(({ name }) => faultOf(name)) ? explainError(error) : null
  useEffect(() => {
    if (error !== null) fieldToMend(form.current)?.focus()
  }, [error])
  const ready = fields.every(({ name, optional }) => optional === true || (values[name] ?? '') !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !isPending) onSubmit(values)
  }
  return (
    <form ref={form} className="mt-8 grid gap-5" onSubmit={submit} noValidate>
      <div role="alert" className="empty:hidden">
        {general !== null && (
          <p className="rounded-lg bg-danger-soft px-3.5 py-2.5 text-danger text-sm">{general}</p>
        )}
      </div>
      {fields.map(({ name, optional, ...field }, index) => (
        <TextField
          key={name}
          {...field}
          name={name}
          required={optional !== true}
          autoFocus={index === 0}
          autoCapitalize="none"
          spellCheck={false}
          value={values[name] ?? ''}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
          error={faultOf(name)}
        />
      ))}
      <Button type="submit" look="primary" className="mt-1 h-11" disabled={isPending || !ready}>
        {isPending && <Spinner />}
        {action}
      </Button>
    </form>
  )
}
