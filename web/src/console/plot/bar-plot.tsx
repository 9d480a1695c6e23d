import { useId, useState } from 'react'
import { t } from '../../languages/translate.ts'
import { dayName, roundUp } from './days.ts'

export interface Bar {
  /** `2026-01-31`, or whatever `nameOf` is given. */
  day: string
  value: number
}

interface BarPlotProps {
  title: string
  bars: readonly Bar[]
  /** A number as it is shown. */
  format: (value: number) => string
  /** What a bar is called, and the column of their names; days without it. */
  nameOf?: (day: string) => string
  column?: string
  /** What stands beside the title while no bar is pointed at; their sum without it. */
  summary?: string
}

const width = 600
const height = 140
const left = 4
const gap = 0.25

/**
 * One bar for a day, or another time. The drawing is for the eye; the same numbers stand in a table for everybody who wants to read them,
 * and a bar under the pointer says its own.
 */
export function BarPlot({ title, bars, format, nameOf = dayName, column, summary }: BarPlotProps) {
  const id = useId()
  const [at, setAt] = useState<number | null>(null)
  const sum = bars.reduce((all, { value }) => all + value, 0)
  const most = roundUp(bars.reduce((max, { value }) => Math.max(max, value), 0))
  const step = (width - left) / Math.max(1, bars.length)
  const first = bars[0]
  const last = bars.at(-1)
  const pointed = at === null ? undefined : bars[at]
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <figcaption className="mb-2 flex items-baseline justify-between gap-3 text-sm">
        <span id={id} className="font-medium">
          {title}
        </span>
        <span className="tabular text-muted">
          {pointed === undefined
            ? (summary ?? t('{sum} in all', { sum: format(sum) }))
            : `${nameOf(pointed.day)}: ${format(pointed.value)}`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerLeave={() => setAt(null)}
        className="h-32 w-full overflow-visible text-accent"
      >
        {[0, 0.5, 1].map((part) => (
          <line
            key={part}
            x1={0}
            x2={width}
            y1={height * (1 - part)}
            y2={height * (1 - part)}
            stroke="var(--line)"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {bars.map(({ day, value }, index) => {
          const tall = (value / most) * height
          return (
            <g key={day} onPointerEnter={() => setAt(index)}>
              <rect x={left + index * step} width={step} height={height} fill="transparent" />
              <rect
                x={left + index * step + (step * gap) / 2}
                y={height - tall}
                width={step * (1 - gap)}
                height={tall}
                fill="currentColor"
                opacity={at === null || at === index ? 1 : 0.45}
              />
            </g>
          )
        })}
      </svg>
      <p aria-hidden="true" className="tabular mt-1 flex justify-between text-muted text-xs">
        <span>{first === undefined ? '' : nameOf(first.day)}</span>
        <span>{t('at the top: {most}', { most: format(most) })}</span>
        <span>{last === undefined ? '' : nameOf(last.day)}</span>
      </p>
      <details className="mt-1 text-sm">
        <summary className="w-fit rounded text-muted text-xs hover:text-ink">{t('As a table')}</summary>
        <table className="tabular mt-2 w-full text-start">
          <caption className="sr-only">{title}</caption>
          <thead>
            <tr className="text-muted text-xs">
              <th scope="col" className="py-1 font-medium">
                {column ?? t('Day (UTC)')}
              </th>
              <th scope="col" className="py-1 text-end font-medium">
                {title}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars
              .filter(({ value }) => value > 0)
              .map(({ day, value }) => (
                <tr key={day} className="border-line border-t">
                  <td className="py-1">{nameOf(day)}</td>
                  <td className="py-1 text-end">{format(value)}</td>
                </tr>
              ))}
          </tbody>
        </table>
        {sum === 0 && <p className="text-muted">{t('Nothing on these days.')}</p>}
      </details>
    </figure>
  )
}
