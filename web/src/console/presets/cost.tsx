import type { PresetEstimate } from '@rendition/contract'
import type { PresetChange } from '@rendition/contract/recipe'
import { formatBytes } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { usePresetEstimate } from '../../state/use-presets.ts'
import { durationOf } from '../../time-texts.ts'
import { Answer, FormFault } from '../answer.tsx'

const kinds: Record<PresetEstimate['changes'][number]['kind'], Phrase> = {
  added: 'new',
  changed: 'changed',
  removed: 'removed',
  same: 'as it is',
}

/** What the draft would cost, and from what that is judged. */
export function Cost({ presets }: { presets: PresetChange['presets'] }) {
  const query = usePresetEstimate({ presets })
  // Of what was typed; where the service is away, what it said before stays
  if (query.error !== null && !query.isFetching) return <FormFault error={query.error} />
  const { data } = query
  return (
    <Answer of={query} what={t('the cost')}>
      {data !== undefined && (
        <section aria-label={t('What it costs')} aria-busy={query.isFetching}>
          <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            <Figure term={t('Pictures to make')} value={formatNumber(data.renditions)} />
            <Figure term={t('They take')} value={formatBytes(data.bytes)} />
            <Figure
              term={t('Time, at least')}
              value={data.seconds === null ? t('not known') : durationOf(data.seconds * 1000)}
            />
            <Figure term={t('Not needed any more')} value={formatBytes(data.leftBytes)} />
          </dl>
          <ul aria-label={t('Changes')} className="mt-3 grid gap-1 text-sm">
            {data.changes
              .filter(({ kind }) => kind !== 'same')
              .map(({ name, kind, renditions, bytes }) => (
                <li key={name} className="flex flex-wrap gap-x-2">
                  <span className="font-medium">{name}</span>
                  <span className="text-muted">
                    {t(kinds[kind])}
                    {renditions > 0 && `: ${formatNumber(renditions)}, ${formatBytes(bytes)}`}
                  </span>
                </li>
              ))}
          </ul>
          <p className="mt-3 max-w-prose text-muted text-xs">
            {t(
              'Judged from {versions} photos drawn at random of {all}, {renditions} stored sizes of them, and the time of {jobs} jobs, for {slots} at once. Everybody else’s work goes first.',
              {
                versions: data.basis.versions,
                all: data.versions,
                renditions: data.basis.renditions,
                jobs: data.basis.jobs,
                slots: data.basis.slots,
              },
            )}
          </p>
        </section>
      )}
    </Answer>
  )
}

function Figure({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt className="text-muted text-xs">{term}</dt>
      <dd className="tabular font-semibold text-lg tracking-tight">{value}</dd>
    </div>
  )
}
