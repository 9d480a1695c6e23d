import type { AuditEntry } from '@rendition/contract'
import { useState } from 'react'
import { t } from '../../languages/translate.ts'
import { everyEntry } from '../../state/entry-filter.ts'
import { explainError } from '../../state/explain-error.ts'
import { notify } from '../../state/notices.ts'
import { type AuditFilter, useAudit, useAuditExport } from '../../state/use-admin.ts'
import { Button } from '../../ui/button.tsx'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { Answer, More } from '../answer.tsx'
import { csvOf } from '../audit/audit-texts.ts'
import { EntryFilterFields } from '../audit/entry-filter.tsx'
import { EntryLine } from '../audit/entry-line.tsx'

/** Who did what, when and from where. */
export default function AuditPage() {
  const [filter, setFilter] = useState<AuditFilter>({ ...everyEntry, actorId: '' })
  const [actor, setActor] = useState('')
  const query = useAudit(filter)
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <PageFrame
      title={t('Audit')}
      about={t(
        'Who did what, with what was before and what is after. Names are those of accounts that still exist.',
      )}
      actions={<ExportButtons filter={filter} />}
    >
      <Panel title={t('Entries')}>
        <EntryFilterFields filter={filter} onChange={setFilter} />
        {filter.actorId !== '' && (
          <Button
            className="mb-4"
            onClick={() => {
              setFilter({ ...filter, actorId: '' })
              setActor('')
            }}
          >
            {t('By {actor}: show everybody', { actor })}
          </Button>
        )}
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
                onTarget={(target) => setFilter({ ...filter, target })}
              />
            ))}
          </ul>
          <More of={query} label={t('Show older entries')} />
        </Answer>
      </Panel>
    </PageFrame>
  )
}

interface EntryProps {
  entry: AuditEntry
  onActor: (id: string, name: string) => void
  onTarget: (id: string) => void
}

function Entry({ entry, onActor, onTarget }: EntryProps) {
  const { actor, targetId } = entry
  const name = actor === null ? t('Somebody') : (actor.name ?? t('An erased account'))
  return (
    <EntryLine
      entry={entry}
      who={
        actor === null ? (
          name
        ) : (
          <Narrowing title={t('Show this account’s entries alone')} onChoose={() => onActor(actor.id, name)}>
            {name}
          </Narrowing>
        )
      }
      target={
        targetId !== null && (
          <>
            {' · '}
            <Narrowing title={t('Show what was done to this alone')} onChoose={() => onTarget(targetId)}>
              {targetId}
            </Narrowing>
          </>
        )
      }
    />
  )
}

function Narrowing({ title, onChoose, children }: { title: string; onChoose: () => void; children: string }) {
  return (
    <button
      type="button"
      title={title}
      onClick={onChoose}
      className="underline decoration-line-strong underline-offset-4 hover:decoration-ink"
    >
      {children}
    </button>
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
