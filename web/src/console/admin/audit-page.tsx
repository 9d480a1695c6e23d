import type { AuditAction, AuditEntry } from '@rendition/contract'
import { useState } from 'react'
import { formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { explainError } from '../../state/explain-error.ts'
import { notify } from '../../state/notices.ts'
import { type AuditFilter, useAudit, useAuditExport } from '../../state/use-admin.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { ConsolePage, Panel } from '../console-page.tsx'
import { actionTexts, csvOf, detailsText } from './audit-texts.ts'

const actions: readonly { value: string; label: Phrase }[] = [
  { value: 'all', label: 'Everything' },
  ...(Object.keys(actionTexts) as AuditAction[]).map((action) => ({
    value: action,
    label: actionTexts[action],
  })),
]
const outcomes: readonly { value: string; label: Phrase }[] = [
  { value: 'all', label: 'Any outcome' },
  { value: 'success', label: 'Done' },
  { value: 'failure', label: 'Refused' },
]

/** Who did what, when and from where. */
export default function AuditPage() {
  const [filter, setFilter] = useState<AuditFilter>({ action: 'all', outcome: 'all', actorId: '' })
  const [actor, setActor] = useState('')
  const query = useAudit(filter)
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <ConsolePage
      title={t('Audit')}
      about={t(
        'Who did what with accounts, sessions and keys. Names are those of accounts that still exist.',
      )}
      actions={<ExportButtons filter={filter} />}
    >
      <Panel title={t('Entries')}>
        <div className="mb-4 flex flex-wrap items-center gap-2">
          <SelectField
            quiet
            label={t('What was done')}
            value={filter.action}
            options={translateOptions(actions)}
            onChoose={(action) => setFilter({ ...filter, action: action as AuditFilter['action'] })}
          />
          <SelectField
            quiet
            label={t('Outcome')}
            value={filter.outcome}
            options={translateOptions(outcomes)}
            onChoose={(outcome) => setFilter({ ...filter, outcome: outcome as AuditFilter['outcome'] })}
          />
          {filter.actorId !== '' && (
            <Button
              onClick={() => {
                setFilter({ ...filter, actorId: '' })
                setActor('')
              }}
            >
              {t('By {actor}: show everybody', { actor })}
            </Button>
          )}
        </div>
        <Answer of={query} what={t('the audit')}>
          {entries.length === 0 && (
            <p className="py-8 text-center text-muted text-sm">{t('No entry matches.')}</p>
          )}
          <ul aria-label={t('Entries')} className="divide-y divide-line">
            {entries.map((entry) => (
              <Entry
                key={entry.id}
                entry={entry}
                onActor={(id, name) => {
                  setActor(name)
                  setFilter({ ...filter, actorId: id })
                }}
              />
            ))}
          </ul>
          <More of={query} label={t('Show older entries')} />
        </Answer>
      </Panel>
    </ConsolePage>
  )
}

function Entry({ entry, onActor }: { entry: AuditEntry; onActor: (id: string, name: string) => void }) {
  const { actor, action, at, outcome, address, details } = entry
  const name = actor === null ? t('Somebody') : (actor.name ?? t('An erased account'))
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3">
      <div className="min-w-0 flex-1 basis-52">
        <p className="text-sm">
          <span className="font-medium">{t(actionTexts[action])}</span>
          {' · '}
          {actor === null ? (
            name
          ) : (
            <button
              type="button"
              title={t('Show this account’s entries alone')}
              onClick={() => onActor(actor.id, name)}
              className="underline decoration-line-strong underline-offset-4 hover:decoration-ink"
            >
              {name}
            </button>
          )}
        </p>
        <p className="tabular break-words text-muted text-xs">
          {formatTime(at)}
          {address !== null && ` · ${address}`}
          {Object.keys(details).length > 0 && ` · ${detailsText(details)}`}
        </p>
      </div>
      <Badge look={outcome === 'success' ? 'plain' : 'bad'}>
        {outcome === 'success' ? t('Done') : t('Refused')}
      </Badge>
    </li>
  )
}

/** The entries of the filter as a file. */
function ExportButtons({ filter }: { filter: AuditFilter }) {
  const collect = useAuditExport()
  const [busy, setBusy] = useState(false)
  const save = async (kind: 'csv' | 'json') => {
    setBusy(true)
    try {
      const { entries, more } = await collect(filter)
      const text = kind === 'csv' ? csvOf(entries) : JSON.stringify(entries, null, 2)
      download(`audit.${kind}`, kind === 'csv' ? 'text/csv' : 'application/json', text)
      if (more)
        notify({ kind: 'done', text: t('The newest 10,000 entries are in the file. Filter for the others.') })
    } catch (error) {
      notify({ kind: 'fault', text: explainError(error) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="flex gap-2">
      <Button disabled={busy} onClick={() => void save('csv')}>
        {busy && <Spinner />} {t('Export CSV')}
      </Button>
      <Button disabled={busy} onClick={() => void save('json')}>
        {t('Export JSON')}
      </Button>
    </div>
  )
}

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken it by the next task.
  setTimeout(() => URL.revokeObjectURL(url))
}
