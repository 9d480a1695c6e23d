import type { PresetSetView, PresetStateView } from '@rendition/contract'
import { formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { t } from '../../languages/translate.ts'
import { usePresetActs, usePresetSets } from '../../state/use-presets.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/page-frame.tsx'
import { Answer, More } from '../answer.tsx'
import { Badge } from '../code.tsx'
import { summaryOf } from './draft.ts'

const states: Record<PresetSetView['state'], { text: Phrase; look: 'good' | 'busy' | 'plain' }> = {
  in_force: { text: 'In force', look: 'good' },
  coming: { text: 'Being made', look: 'busy' },
  earlier: { text: 'Earlier', look: 'plain' },
}

/** Every set there was. Going back makes one of them the next. */
export function SetsPanel({ state, etag }: { state: PresetStateView; etag: string }) {
  const query = usePresetSets(state.version, state.coming?.version ?? null)
  const { restore } = usePresetActs()
  const sets = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Panel title={t('Sets')} about={t('Every change is a set of its own, and each can be brought back.')}>
      <Answer of={query} what={t('sets')}>
        <ul aria-label={t('Sets')} className="divide-y divide-line">
          {sets.map((set) => (
            <li
              key={set.version}
              data-set={set.version}
              className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3"
            >
              <div className="min-w-0 flex-1 basis-56">
                <p className="font-medium text-sm">
                  {t('Set {number}', { number: set.version })}
                  {set.note !== null && <span className="font-normal text-muted">: {set.note}</span>}
                  {set.restoredFrom !== null && (
                    <span className="font-normal text-muted">
                      : {t('as set {number}', { number: set.restoredFrom })}
                    </span>
                  )}
                </p>
                <p className="text-muted text-xs">{formatTime(set.createdAt)}</p>
                <details className="mt-1 text-xs">
                  <summary className="w-fit rounded py-1">
                    {set.presets.map(({ name }) => name).join(', ') || t('none')}
                  </summary>
                  <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
                    {set.presets.map((preset) => (
                      <div key={preset.name} className="contents">
                        <dt className="font-medium">{preset.name}</dt>
                        <dd className="min-w-0 break-words text-muted">{summaryOf(preset)}</dd>
                      </div>
                    ))}
                  </dl>
                </details>
              </div>
              <Badge look={states[set.state].look}>{t(states[set.state].text)}</Badge>
              {set.state === 'earlier' && (
                <Button
                  disabled={restore.isPending}
                  aria-label={t('Bring back set {number}', { number: set.version })}
                  onClick={() => void restore.act({ version: set.version, match: etag })}
                >
                  {t('Bring back')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        <More of={query} label={t('Show older sets')} />
      </Answer>
    </Panel>
  )
}
