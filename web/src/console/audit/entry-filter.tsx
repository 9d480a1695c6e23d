import { type AuditAction, type AuditKind, actionsOfKind, isId } from '@rendition/contract'
import { t } from '../../languages/translate.ts'
import type { EntryFilter } from '../../state/entry-filter.ts'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { actionTexts, kindTexts } from './audit-texts.ts'

interface EntryFilterFieldsProps<F extends EntryFilter> {
  filter: F
  onChange: (filter: F) => void
  /** Kinds that there may be entries of. */
  kinds?: readonly AuditKind[]
}

/** Which entries are shown: by what was done, what became of it, and when. */
export function EntryFilterFields<F extends EntryFilter>({
  filter,
  onChange,
  kinds = Object.keys(kindTexts) as AuditKind[],
}: EntryFilterFieldsProps<F>) {
  const set = (change: Partial<EntryFilter>) => onChange({ ...filter, ...change })
  const actions = filter.kind === 'all' ? [] : actionsOfKind(filter.kind)
  return (
    <div className="mb-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      <SelectField
        label={t('Kind')}
        value={filter.kind}
        options={[
          { value: 'all', label: t('Everything') },
          ...kinds.map((kind) => ({ value: kind, label: t(kindTexts[kind]) })),
        ]}
        onChoose={(kind) => set({ kind: kind as EntryFilter['kind'], action: 'all' })}
      />
      <SelectField
        label={t('What was done')}
        value={filter.action}
        disabled={actions.length < 2}
        options={[
          { value: 'all', label: t('Everything') },
          ...actions.map((action) => ({ value: action, label: t(actionTexts[action]) })),
        ]}
        onChoose={(action) => set({ action: action as AuditAction | 'all' })}
      />
      <SelectField
        label={t('Outcome')}
        value={filter.outcome}
        options={[
          { value: 'all', label: t('Any outcome') },
          { value: 'success', label: t('Done') },
          { value: 'failure', label: t('Refused') },
        ]}
        onChoose={(outcome) => set({ outcome: outcome as EntryFilter['outcome'] })}
      />
      <TextField
        label={t('From day')}
        type="date"
        value={filter.from}
        onChange={(event) => set({ from: event.target.value })}
      />
      <TextField
        label={t('To day')}
        type="date"
        value={filter.to}
        onChange={(event) => set({ to: event.target.value })}
      />
      <TextField
        label={t('Acted on, by id')}
        value={filter.target}
        maxLength={36}
        spellCheck={false}
        error={
          filter.target !== '' && !isId(filter.target.toLowerCase())
            ? t('An id has 36 characters.')
            : undefined
        }
        onChange={(event) => set({ target: event.target.value.trim() })}
      />
    </div>
  )
}
