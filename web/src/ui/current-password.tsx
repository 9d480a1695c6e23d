import { t } from '../languages/translate.ts'
import { TextField } from './text-field.tsx'

interface CurrentPasswordProps {
  value: string
  onChange: (value: string) => void
  /** Why it was refused. */
  error: string | undefined
}

/** The password that proves whose the account is, where something of it is changed. */
export function CurrentPassword({ value, onChange, error }: CurrentPasswordProps) {
  return (
    <TextField
      label={t('Current password')}
      name="password"
      type="password"
      autoComplete="current-password"
      required
      maxLength={1024}
      value={value}
      error={error}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
