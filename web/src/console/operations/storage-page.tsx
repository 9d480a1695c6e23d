import type { StoredKind } from '@rendition/contract'
import { formatBytes, formatTime } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { plural, t } from '../../languages/translate.ts'
import { useStorage } from '../../state/use-operations.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { Answer } from '../answer.tsx'
import { ByProcess } from './by-process.tsx'
import { PurgesPanel } from './purges-panel.tsx'
import { hitRate } from './steps.ts'

const kinds: Record<StoredKind, Phrase> = {
  originals: 'Originals',
  presets: 'Presets and edited pictures',
  urls: 'Made for URLs',
  levels: 'Levels that URLs are made from',
  results: 'Kept results of jobs',
  passing: 'Passing results of jobs',
  drafts: 'Uploads on their way',
}
const layerTexts = {
  memory: 'Memory of a process',
  cache: 'Redis',
  storage: 'Files',
  render: 'Rendered',
} as const satisfies Record<string, Phrase>

/** What is stored, where answers come from, and what is to be made anew. */
export default function StoragePage() {
  const storage = useStorage()
  const { data } = storage
  return (
    <PageFrame
      title={t('Storage')}
      about={t('What lies there, where pictures are answered from, and how to have them made anew.')}
    >
      <Panel title={t('What is stored')}>
        <Answer of={storage} what={t('What is stored')}>
          {data !== undefined && (
            <>
              <Shares
                label={t('What is stored')}
                rows={data.kinds.map(({ kind, files, bytes }) => ({
                  name: t(kinds[kind]),
                  value: bytes,
                  text: formatBytes(bytes),
                  about: plural(files, '{count} file', '{count} files'),
                }))}
              />
              <p className="tabular mt-4 text-muted text-xs">
                {t('Counted {time}. Exports are put together as they are downloaded, and lie nowhere.', {
                  time: formatTime(data.countedAt),
                })}
              </p>
            </>
          )}
        </Answer>
      </Panel>
      <Panel
        title={t('Where answers come from')}
        about={t('Of the processes that live, each since it started.')}
      >
        <Answer of={storage} what={t('Where answers come from')}>
          {data !== undefined && <Layers data={data} />}
        </Answer>
      </Panel>
      <ByProcess />
      <PurgesPanel />
    </PageFrame>
  )
}

type State = NonNullable<ReturnType<typeof useStorage>['data']>

function Layers({ data: { layers, memory, purgesWaiting } }: { data: State }) {
  const all = Object.values(layers).reduce((sum, value) => sum + value, 0)
  const rate = hitRate(layers)
  return (
    <>
      <Shares
        label={t('Where answers come from')}
        rows={(Object.keys(layerTexts) as (keyof typeof layerTexts)[]).map((layer) => ({
          name: t(layerTexts[layer]),
          value: layers[layer],
          text: formatNumber(layers[layer]),
          about:
            all === 0
              ? '–'
              : formatNumber(layers[layer] / all, { style: 'percent', maximumFractionDigits: 1 }),
        }))}
      />
      <p className="tabular mt-4 text-muted text-xs">
        {rate !== null &&
          `${t('{rate} without rendering', { rate: formatNumber(rate, { style: 'percent', maximumFractionDigits: 1 }) })}. `}
        {plural(
          memory.entries,
          '{count} picture in memory, {bytes}.',
          '{count} pictures in memory, {bytes}.',
          {
            bytes: formatBytes(memory.bytes),
          },
        )}{' '}
        {purgesWaiting > 0 &&
          plural(
            purgesWaiting,
            '{count} tag that caches in front have yet to forget.',
            '{count} tags that caches in front have yet to forget.',
          )}
      </p>
    </>
  )
}

interface Share {
  name: string
  value: number
  text: string
  about: string
}

/** Amounts under each other, each as long as its part of the largest. */
function Shares({ label, rows }: { label: string; rows: readonly Share[] }) {
  const most = rows.reduce((max, { value }) => Math.max(max, value), 0)
  return (
    <ul aria-label={label} className="grid gap-3">
      {rows.map(({ name, value, text, about }) => (
        <li key={name}>
          <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
            <span className="min-w-0 flex-1">{name}</span>
            <span className="tabular text-muted text-xs">{about}</span>
            <span className="tabular w-20 text-end font-medium">{text}</span>
          </p>
          <div aria-hidden data-track className="mt-1 h-1.5 overflow-hidden rounded-full bg-line">
            <div
              className="h-full rounded-full bg-accent"
              style={{ width: `${most === 0 ? 0 : (value / most) * 100}%` }}
            />
          </div>
        </li>
      ))}
    </ul>
  )
}
