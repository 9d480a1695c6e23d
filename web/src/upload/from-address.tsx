import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import { addressesIn } from '../state/upload.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Has pictures fetched that lie elsewhere; the list of uploads shows what becomes of them. */
export function FromAddress({ onClose }: { onClose: () => void }) {
  const { uploads } = useAccount()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const addresses = addressesIn(text)
    if (addresses === null) return setWrong(true)
    uploads.addFrom(addresses)
    onClose()
  }
  return (
    <Sheet title={t('Upload from an address')} onClose={onClose} className="max-w-lg">
      <form onSubmit={submit} className="grid gap-5 overflow-y-auto p-6">
        <h2 className="font-semibold text-lg tracking-tight">{t('Upload from an address')}</h2>
        <TextField
          label={t('Address of the picture')}
          hint={t(
            'Several with spaces between them. The service fetches them, also when this page is closed.',
          )}
          error={wrong ? t('An address begins with http:// or https://.') : undefined}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          placeholder="https://"
          value={text}
          maxLength={8_000}
          onChange={(event) => {
            setText(event.target.value)
            setWrong(false)
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={text.trim() === ''}>
            {t('Fetch')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
