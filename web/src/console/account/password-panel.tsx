import { isProblem } from '@rendition/client'
import { type FormEvent, useState } from 'react'
import { t } from '../../languages/translate.ts'
import { useUser } from '../../state/account-scope.tsx'
import { explainError } from '../../state/explain-error.ts'
import { sentence } from '../../state/explain-field.ts'
import { useIdentities } from '../../state/identities.ts'
import { usePasswordRule } from '../../state/sign-in.ts'
import { useChangeAccount } from '../../state/use-account.ts'
import { Button } from '../../ui/button.tsx'
import { CheckBox } from '../../ui/check-box.tsx'
import { CurrentPassword } from '../../ui/current-password.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { FormFault } from '../answer.tsx'

/** A new password, with the one before. */
export function PasswordPanel() {
  const user = useUser()
  const identities = useIdentities().identities
  // Whoever signs in by a provider alone has none to show.
  const hasOne = identities?.password !== false
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [keepKeys, setKeepKeys] = useState(true)
  const [changed, setChanged] = useState(false)
  const rule = usePasswordRule()
  const { act, isPending, error } = useChangeAccount(t('Password'))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setChanged(false)
    void act({ ...(hasOne ? { currentPassword: current } : {}), password: next, keepKeys }).then((done) => {
      if (done === null) return
      setCurrent('')
      setNext('')
      setChanged(true)
    })
  }
  const faults = isProblem(error) ? error.errors : []
  const wrong = isProblem(error) && error.code === 'invalid_credentials' ? explainError(error) : undefined
  const ofNext = sentence(faults.find(({ path }) => path === 'password')?.message)
  if (identities?.passwords === false) return null
  return (
    <Panel title={t('Password')} about={t('A new password signs every other device out.')}>
      <form onSubmit={submit} className="grid max-w-md gap-4">
        {/* So that a password manager knows whose it is. */}
        <input
          type="text"
          autoComplete="username"
          value={user?.email ?? user?.username ?? ''}
          readOnly
          hidden
        />
        {hasOne && <CurrentPassword value={current} onChange={setCurrent} error={wrong} />}
        <TextField
          label={t('New password')}
          type="password"
          autoComplete="new-password"
          required
          maxLength={1024}
          value={next}
          hint={rule}
          error={ofNext}
          onChange={(event) => setNext(event.target.value)}
        />
        <CheckBox
          checked={keepKeys}
          onChange={setKeepKeys}
          label={t('Keep the API keys')}
          hint={t('Untick it where somebody else may know the password: every key then ends too.')}
        />
        {wrong === undefined && ofNext === undefined && <FormFault error={error} />}
        <div className="flex items-center gap-3">
          <Button
            type="submit"
            look="primary"
            disabled={isPending || (hasOne && current === '') || next === ''}
          >
            {isPending && <Spinner />} {hasOne ? t('Change password') : t('Set a password')}
          </Button>
          {changed && <span className="text-good text-sm">{t('Changed.')}</span>}
        </div>
      </form>
    </Panel>
  )
}
