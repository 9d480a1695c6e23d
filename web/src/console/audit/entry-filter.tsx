import { type AuditAction, type AuditKind, actionsOfKind, isId } from '@rendition/contract'
import { SlidersHorizontal } from 'lucide-react'
import { useId, useState } from 'react'
import { formatDay } from '../../format.ts'
import { t } from '../../languages/translate.ts'
import { type EntryFilter, everyEntry } from '../../state/entry-filter.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/classes.ts'
import { FilterChip } from '../../ui/filter-chip.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { actionTexts, kindTexts } from './audit-texts.ts'

interface EntryFilterFieldsProps<F extends EntryFilter> {
  filter: F
  onChange: (filter: F) => void
  /** Kinds that there may be entries of. */
  kinds?: readonly AuditKind[]
}

/**
 * Which entries are shown: by what was done, what became of it, and when. On a phone the fields would be all that is seen of the page: they stand
 * behind a button there, with what is set beside it.
 */
export function EntryFilterFields<F extends EntryFilter>({
  filter,
  onChange,
  kinds = Object.keys(kindTexts) as AuditKind[],
}: EntryFilterFieldsProps<F>) {
  const set = (change: Partial<EntryFilter>) => onChange({ ...filter, ...change })
  const actions = filter.kind === 'all' ? [] : actionsOfKind(filter.kind)
  const [open, setOpen] = useState(false)
  const fields = useId()
  return (
    <div className="mb-4 grid gap-3">
      <div className="flex flex-wrap items-center gap-2 sm:hidden">
        <Button aria-expanded={open} aria-controls={fields} onClick={() => setOpen(!open)}>
          <SlidersHorizontal aria-hidden className="size-4" /> {t('Filter')}
        </Button>
        <SetFilters filter={filter} onChange={set} />
      </div>
      <div
        id={fields}
        className={classes('grid gap-3 sm:grid-cols-2 lg:grid-cols-3', !open && 'max-sm:hidden')}
      >
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
    </div>
  )
}

interface SetFiltersProps {
  filter: EntryFilter
  onChange: (change: Partial<EntryFilter>) => void
}

function SetFilters({ filter, onChange }: SetFiltersProps) {
  const { kind, action, outcome, from, to, target } = filter
  const chips = [
    kind !== 'all' && { text: t(kindTexts[kind]), off: ['kind', 'action'] as const },
    action !== 'all' && { text: t(actionTexts[action]), off: ['action'] as const },
    outcome !== 'all' && {
      text: outcome === 'success' ? t('Done') : t('Refused'),
      off: ['outcome'] as const,
    },
    from !== '' && { text: t('From {day}', { day: dayOf(from) }), off: ['from'] as const },
    to !== '' && { text: t('Until {day}', { day: dayOf(to) }), off: ['to'] as const },
    target !== '' && { text: target, off: ['target'] as const },
  ].filter((chip) => chip !== false)
  if (chips.length === 0) return null
  return (
    <ul aria-label={t('Filters')} className="flex min-w-0 flex-wrap gap-2">
      {chips.map(({ text, off }) => (
        <li key={off[0]} className="min-w-0">
          <FilterChip
            text={text}
            onRemove={() => onChange(Object.fromEntries(off.map((name) => [name, everyEntry[name]])))}
          />
        </li>
      ))}
    </ul>
  )
}

/** A day of the clock on the wall. */
const dayOf = (day: string): string => formatDay(new Date(`${day}T00:00`))
