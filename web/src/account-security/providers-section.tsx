import type { Identity, Provider } from '@rendition/contract'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { formatDay } from '../format.ts'
import { t } from '../languages/translate.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { useIdentities, useUnlink } from '../state/identities.ts'
import { notify } from '../state/notices.ts'
import { useLinkProvider } from '../state/provider-sign-in.ts'
import { useRegistration } from '../state/sign-in.ts'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/page-frame.tsx'
import { ProofForm } from './proof-form.tsx'

/** Providers that sign in to this account: linking one, and taking a link off. Nothing where none is configured. */
export function ProvidersSection() {
  const { identities, error } = useIdentities()
  const providers = useRegistration().known?.providers ?? []
  if (providers.length === 0 && (identities?.identities.length ?? 0) === 0) return null
  const linked = identities?.identities ?? []
  const free = providers.filter(({ id }) => !linked.some(({ provider }) => provider?.id === id))
  return (
    <Panel
      title={t('Sign-in from elsewhere')}
      about={t('Whoever signs in there is signed in to this account here. Link only what is yours alone.')}
    >
      {error !== null && (
        <p role="alert" className="text-danger text-sm">
          {explainError(error)}
        </p>
      )}
      {linked.length > 0 && (
        <ul className="grid max-w-xl gap-3">
          {linked.map((identity) => (
            <LinkedRow key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
      {identities !== undefined &&
        free.map((provider) => (
          <LinkProvider key={provider.id} provider={provider} hasPassword={identities.password} />
        ))}
    </Panel>
  )
}

function LinkedRow({ identity }: { identity: Identity }) {
  const name = identity.provider?.name ?? t('A provider that is not used here any more')
  const { run, error, isPending } = useUnlink(() =>
    notify({ kind: 'done', text: t('{name} signs in to this account no more.', { name }) }),
  )
  const used =
    identity.lastUsedAt === null
      ? t('not used yet')
      : t('last used {day}', { day: formatDay(identity.lastUsedAt) })
  return (
    <li className="rounded-xl border border-line px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0">
          <p className="flex items-center gap-2 font-medium text-sm">
            <Link2 aria-hidden className="size-4 text-accent" /> {name}
          </p>
          <p className="mt-0.5 truncate text-muted text-sm">
            {identity.email === null ? '' : `${identity.email}, `}
            {used}
          </p>
        </div>
        <Button disabled={isPending} onClick={() => run(identity.id)}>
          {t('Unlink')}
        </Button>
      </div>
      {error !== null && (
        <p role="alert" className="mt-2 text-danger text-sm">
          {explainError(error)}
        </p>
      )}
    </li>
  )
}

function LinkProvider({ provider, hasPassword }: { provider: Provider; hasPassword: boolean }) {
  const { go, error, isPending } = useLinkProvider(useAccount(), '/console/security')
  const [asks, setAsks] = useState(false)
  if (asks) {
    return (
      <div className="mt-4">
        <ProofForm
          asks={hasPassword ? ['password'] : []}
          action={t('Go to {name}', { name: provider.name })}
          error={error}
          isPending={isPending}
          onProve={({ currentPassword }) =>
            go({ provider: provider.id, password: hasPassword ? currentPassword : undefined })
          }
          onCancel={() => setAsks(false)}
        />
      </div>
    )
  }
  return (
    <Button className="mt-4 me-2" onClick={() => setAsks(true)}>
      {t('Link {name}', { name: provider.name })}
    </Button>
  )
}
