import { isProblem } from '@rendition/client'
import type { EventType, WebhookView } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { t } from '../../languages/translate.ts'
import { explainError } from '../../state/explain-error.ts'
import { sentence } from '../../state/explain-field.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'
import { EventPicker } from './event-picker.tsx'

interface Values {
  url: string
  description: string | null
  types: EventType[] | null
}

interface WebhookFormProps {
  webhook?: WebhookView
  action: string
  isPending: boolean
  error: Error | null
  onSubmit: (values: Values) => void
  onCancel: () => void
}

/** Where events are sent, and which. */
export function WebhookForm({ webhook, action, isPending, error, onSubmit, onCancel }: WebhookFormProps) {
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [types, setTypes] = useState<EventType[] | null>(webhook?.types ?? null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({ url: url.trim(), description: description.trim() === '' ? null : description.trim(), types })
  }
  const ofUrl = isProblem(error)
    ? (error.errors.find(({ path }) => path === 'url')?.message ??
      (error.code === 'address_not_allowed' ? explainError(error) : undefined))
    : undefined
  return (
    <form onSubmit={submit} className="grid gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('Address')}
          type="url"
          inputMode="url"
          placeholder="https://example.org/hooks/rendition"
          hint={t('Takes POST, and answers 2xx within 15 seconds.')}
          maxLength={2048}
          required
          value={url}
          error={sentence(ofUrl)}
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label={t('Description')}
          hint={t('For yourself; may stay empty.')}
          maxLength={200}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </div>
      <EventPicker types={types} onChange={setTypes} />
      {ofUrl === undefined && <FormFault error={error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={isPending || url.trim() === '' || types?.length === 0}>
          {isPending && <Spinner />} {action}
        </Button>
        <Button onClick={onCancel}>{t('Cancel')}</Button>
      </div>
    </form>
  )
}
