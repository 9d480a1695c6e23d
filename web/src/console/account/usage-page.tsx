import type { Usage, UsageDay } from '@rendition/contract'
import { useState } from 'react'
import { formatBytes } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { translateOptions } from '../../languages/options.ts'
import { t } from '../../languages/translate.ts'
import { useUsage } from '../../state/use-account.ts'
import { PageFrame, Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Answer } from '../answer.tsx'
import { BarPlot } from '../plot/bar-plot.tsx'
import { daysBetween } from '../plot/days.ts'

const spans = [
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last year' },
] as const satisfies readonly { value: string; label: Phrase }[]
const plots: readonly { title: Phrase; of: keyof Omit<UsageDay, 'day'>; bytes?: true }[] = [
  { title: 'Deliveries', of: 'deliveries' },
  { title: 'Bytes delivered', of: 'deliveredBytes', bytes: true },
  { title: 'Renders', of: 'renders' },
  { title: 'Pictures added', of: 'uploads' },
]
const formatCount = (value: number): string => formatNumber(value, { maximumFractionDigits: 1 })

/** What the account holds, and what was done for it day by day. */
export default function UsagePage() {
  const [days, setDays] = useState<string>('30')
  const query = useUsage(Number(days))
  return (
    <PageFrame
      title={t('Usage')}
      about={t(
        'What you keep here, and what was done for your pictures. Today’s figures are some seconds behind.',
      )}
      actions={
        <SelectField
          quiet
          label={t('Days shown')}
          value={days}
          options={translateOptions(spans)}
          onChoose={setDays}
        />
      }
    >
      <Answer of={query} what={t('usage')}>
        {query.data !== undefined && (
          <>
            <Panel title={t('Kept now')}>
              <div className="grid gap-5 sm:grid-cols-2">
                <Held
                  label={t('Pictures')}
                  value={query.data.images}
                  most={query.data.limits.images}
                  format={formatCount}
                />
                <Held
                  label={t('Originals')}
                  value={query.data.bytes}
                  most={query.data.limits.bytes}
                  format={formatBytes}
                />
              </div>
            </Panel>
            <Panel title={t('By day')}>
              <Plots usage={query.data} />
            </Panel>
          </>
        )}
      </Answer>
    </PageFrame>
  )
}

function Plots({ usage }: { usage: Usage }) {
  const known = new Map(usage.days.map((day) => [day.day, day]))
  const today = new Date().toISOString().slice(0, 10)
  // The service's day, where its clock is ahead of ours.
  const last = [today, usage.days.at(-1)?.day ?? today].sort().at(-1) ?? today
  const all = daysBetween(usage.from, last)
  return (
    <div className="grid gap-x-8 gap-y-8 lg:grid-cols-2">
      {plots.map(({ title, of, bytes }) => (
        <BarPlot
          key={of}
          title={t(title)}
          format={bytes === true ? formatBytes : formatCount}
          bars={all.map((day) => ({ day, value: known.get(day)?.[of] ?? 0 }))}
        />
      ))}
    </div>
  )
}

interface HeldProps {
  label: string
  value: number
  most: number | null
  format: (value: number) => string
}

function Held({ label, value, most, format }: HeldProps) {
  return (
    <div>
      <p className="text-muted text-sm">{label}</p>
      <p className="tabular font-semibold text-2xl tracking-tight">{format(value)}</p>
      {most === null ? (
        <p className="text-muted text-xs">{t('No limit')}</p>
      ) : (
        <>
          <meter
            aria-label={t('{label} of what is allowed', { label })}
            className="mt-1 h-2 w-full"
            min={0}
            max={most}
            high={most * 0.9}
            value={Math.min(value, most)}
          />
          <p className="tabular text-muted text-xs">{t('of {most}', { most: format(most) })}</p>
        </>
      )}
    </div>
  )
}
