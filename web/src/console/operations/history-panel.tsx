import type { History } from '@rendition/contract'
import { useState } from 'react'
import { laneNames } from '../../jobs/job-texts.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { plural, t } from '../../languages/translate.ts'
import { useHistory } from '../../state/use-operations.ts'
import { durationOf } from '../../time-texts.ts'
import { Panel } from '../../ui/page-frame.tsx'
import { SelectField } from '../../ui/select-field.tsx'
import { Answer } from '../answer.tsx'
import { partName } from '../part-names.ts'
import { BarPlot } from '../plot/bar-plot.tsx'
import { StateStrip, type StripCell } from '../plot/state-strip.tsx'
import { byStep, clockName, healthOf, hitRate, stepsBetween } from './steps.ts'

/** How parts, answers and the queue were in the last hours, of all processes together. */
export function HistoryPanel() {
  const [hours, setHours] = useState(6)
  const history = useHistory(hours)
  const { data } = history
  return (
    <Panel
      title={t('The last hours')}
      about={t('Of all processes together. Grey is what was not measured.')}
      action={
        <SelectField
          quiet
          label={t('How far back')}
          value={String(hours)}
          options={[1, 6, 24].map((value) => ({
            value: String(value),
            label: plural(value, '{count} hour', '{count} hours'),
          }))}
          onChoose={(value) => setHours(Number(value))}
        />
      }
    >
      <Answer of={history} what={t('The last hours')}>
        {data !== undefined && <Plots history={data} />}
      </Answer>
    </Panel>
  )
}

function Plots({ history }: { history: History }) {
  const steps = stepsBetween(history.from, history.to, history.stepSeconds)
  const rate = hitRate(
    history.layers.reduce(
      (sum, step) => ({
        memory: sum.memory + step.memory,
        cache: sum.cache + step.cache,
        storage: sum.storage + step.storage,
        render: sum.render + step.render,
      }),
      { memory: 0, cache: 0, storage: 0, render: 0 },
    ),
  )
  const answers = byStep(steps, history.layers)
  return (
    <div className="grid gap-6">
      <div className="grid gap-4">
        {history.parts.map(({ part, points }) => (
          <PartStrip key={part} part={part} steps={steps} points={points} />
        ))}
      </div>
      <div className="grid gap-6 sm:grid-cols-2 *:min-w-0">
        <BarPlot
          title={t('Pictures answered')}
          bars={steps.map((day, at) => ({ day, value: sumOf(answers[at] ?? null) }))}
          format={(value) => formatNumber(value)}
          nameOf={clockName}
          column={t('Time')}
          {...(rate === null
            ? {}
            : { summary: t('{rate} without rendering', { rate: formatNumber(rate, { style: 'percent' }) }) })}
        />
        {history.lanes.map(({ lane, points }) => {
          const found = byStep(steps, points)
          const most = points.reduce((max, { waiting }) => Math.max(max, waiting), 0)
          return (
            <BarPlot
              key={lane}
              title={t('Waiting: {lane}', { lane: t(laneNames[lane]) })}
              bars={steps.map((day, at) => ({ day, value: found[at]?.waiting ?? 0 }))}
              format={(value) => formatNumber(value)}
              nameOf={clockName}
              column={t('Time')}
              summary={t('{most} at most', { most })}
            />
          )
        })}
      </div>
    </div>
  )
}

const sumOf = (step: History['layers'][number] | null): number =>
  step === null ? 0 : step.memory + step.cache + step.storage + step.render

interface PartStripProps {
  part: string
  steps: readonly string[]
  points: History['parts'][number]['points']
}

function PartStrip({ part, steps, points }: PartStripProps) {
  const health = healthOf(points)
  const cells = byStep(steps, points).map((point, index): StripCell => {
    const at = steps[index] ?? ''
    const name = clockName(at)
    if (point === null) return { at, name, state: 'unknown', text: t('not measured') }
    if (point.failed === 0) return { at, name, state: 'good', text: durationOf(point.averageMs) }
    return {
      at,
      name,
      state: 'bad',
      text: t('{failed} of {looks} looks found it away', { failed: point.failed, looks: point.looks }),
    }
  })
  return (
    <StateStrip
      title={partName(part)}
      cells={cells}
      column={t('Time')}
      summary={
        health === null
          ? t('not measured')
          : t('{good} well, {time} a look', {
              good: formatNumber(health.good, { style: 'percent', maximumFractionDigits: 2 }),
              time: durationOf(health.averageMs),
            })
      }
    />
  )
}
