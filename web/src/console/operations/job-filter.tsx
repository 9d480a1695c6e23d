import type { AllJobsFilter } from '@rendition/client'
import type { JobStatus, JobType, Priority } from '@rendition/contract'
import { laneNames, statusNames, typeNames } from '../../jobs/job-texts.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { Button } from '../../ui/button.tsx'
import { SelectField } from '../../ui/select-field.tsx'

interface JobFilterProps {
  filter: AllJobsFilter
  /** What the account of the filter is called. */
  ownerName: string
  onChange: (filter: AllJobsFilter) => void
}

/** Which jobs are shown; what is not chosen is not asked for. */
export function JobFilter({ filter, ownerName, onChange }: JobFilterProps) {
  const { status, type, priority, ownerId } = filter
  const set = (name: keyof AllJobsFilter, value: string) => {
    const { [name]: _, ...rest } = filter
    onChange(value === 'all' ? rest : { ...rest, [name]: value })
  }
  return (
    <div className="mb-4 flex flex-wrap items-center gap-2">
      <SelectField
        quiet
        label={t('State')}
        value={status ?? 'all'}
        options={choices<JobStatus>(t('All states'), statusNames)}
        onChoose={(value) => set('status', value)}
      />
      <SelectField
        quiet
        label={t('Kind')}
        value={type ?? 'all'}
        options={choices<JobType>(t('All kinds'), typeNames)}
        onChoose={(value) => set('type', value)}
      />
      <SelectField
        quiet
        label={t('Lane')}
        value={priority ?? 'all'}
        options={choices<Priority>(t('Both lanes'), laneNames)}
        onChoose={(value) => set('priority', value)}
      />
      {ownerId !== undefined && (
        <Button onClick={() => set('ownerId', 'all')}>
          {t('Of {name}: show everybody', { name: ownerName })}
        </Button>
      )}
    </div>
  )
}

function choices<T extends string>(all: string, names: Readonly<Record<T, Phrase>>) {
  const values = Object.keys(names) as T[]
  const named = values.map((value) => {
    const name: Phrase = names[value]
    return { value: value as string, label: t(name) }
  })
  return [{ value: 'all', label: all }, ...named]
}
