import type { CreatedApiKey, Scope } from '@rendition/contract'
import { type FormEvent, useState } from 'react'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { useCreateKey } from '../../state/use-account.ts'
import { Button } from '../../ui/button.tsx'
import { CheckBox } from '../../ui/check-box.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'
import { ShownOnce, Snippets } from '../code.tsx'
import { expiresAtOf, expiries, scopeTexts } from './scope-texts.ts'

const scopes = Object.keys(scopeTexts) as Scope[]

/** Makes a key, and shows its secret the one time that it can be shown. */
export function NewKey({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<CreatedApiKey | null>(null)
  return (
    <Panel title={made === null ? t('New key') : t('Key “{name}”', { name: made.name })}>
      {made === null ? (
        <KeyForm onMade={setMade} onCancel={onClose} />
      ) : (
        <MadeKey made={made} onClose={onClose} />
      )}
    </Panel>
  )
}

function KeyForm({ onMade, onCancel }: { onMade: (key: CreatedApiKey) => void; onCancel: () => void }) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<Scope>>(new Set(['images:read', 'images:write']))
  const [expiry, setExpiry] = useState('90')
  const { act, isPending, error } = useCreateKey()
  const tick = (scope: Scope, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(scope)
    else next.delete(scope)
    setChosen(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const request = {
      name: name.trim(),
      scopes: scopes.filter((scope) => chosen.has(scope)),
      expiresAt: expiresAtOf(expiry, new Date()),
    }
    void act(request).then((key) => key !== null && onMade(key))
  }
  return (
    <form onSubmit={submit} className="grid gap-5">
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('Name')}
          hint={t('Where it is used, so that you know it again.')}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t('Expires')}
          value={expiry}
          options={translateOptions(expiries)}
          onChoose={setExpiry}
        />
      </div>
      <fieldset>
        <legend className="mb-1 font-medium text-sm">{t('What it may do')}</legend>
        <div className="grid gap-x-6 sm:grid-cols-2">
          {scopes.map((scope) => (
            <CheckBox
              key={scope}
              checked={chosen.has(scope)}
              onChange={(on) => tick(scope, on)}
              label={
                <>
                  {t(scopeTexts[scope].name)} <code className="font-normal text-muted text-xs">{scope}</code>
                </>
              }
              hint={t(scopeTexts[scope].about)}
            />
          ))}
        </div>
      </fieldset>
      <FormFault error={error} />
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={isPending || name.trim() === '' || chosen.size === 0}>
          {isPending && <Spinner />} {t('Make key')}
        </Button>
        <Button onClick={onCancel}>{t('Cancel')}</Button>
      </div>
    </form>
  )
}

function MadeKey({ made, onClose }: { made: CreatedApiKey; onClose: () => void }) {
  const { origin } = window.location
  return (
    <div className="grid gap-4 *:min-w-0">
      <ShownOnce
        label={t('API key')}
        secret={made.key}
        about={t('Copy it now: it is not shown again. Whoever has it can do what it may do.')}
      />
      <Snippets
        label={t('How to use it')}
        snippets={[
          { name: 'curl', code: `curl -H "X-API-Key: $RENDITION_KEY" ${origin}/api/images` },
          {
            name: 'Client',
            code: `import { env } from 'node:process'
import { createClient } from '@rendition/client'

const client = createClient({
  baseUrl: '${origin}',
  apiKey: env.RENDITION_KEY,
})
const { items } = await client.images.list()`,
          },
          {
            name: 'Python',
            code: `import os, urllib.request

request = urllib.request.Request(
    "${origin}/api/images",
    headers={"X-API-Key": os.environ["RENDITION_KEY"]},
)
print(urllib.request.urlopen(request).read().decode())`,
          },
        ]}
      />
      <div>
        <Button look="primary" onClick={onClose}>
          {t('Done')}
        </Button>
      </div>
    </div>
  )
}
