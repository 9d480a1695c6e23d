import { t } from '../languages/translate.ts'
import { TextField } from '../ui/text-field.tsx'

interface CodeFieldProps {
  value: string
  onChange: (code: string) => void
  error?: string | undefined
  hint?: string | undefined
}

/** A code of the app; phones offer the digits. */
export function CodeField({ value, onChange, error, hint }: CodeFieldProps) {
  return (
    <TextField
      label={t('Code from your app')}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      spellCheck={false}
      placeholder="123 456"
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      hint={hint}
      error={error}
    />
  )
}
