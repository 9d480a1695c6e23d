import { useId, useState } from 'react'
import { t } from '../../languages/translate.ts'

export interface StripCell {
  /** When it began: a day has the same time of the clock at both its ends. */
  at: string
  /** What it is called. */
  name: string
  state: 'good' | 'bad' | 'unknown'
  /** What is known of it, in words. */
  text: string
}

interface StateStripProps {
  title: string
  /** What all of it comes to. */
  summary: string
  cells: readonly StripCell[]
  /** What the column of names is. */
  column: string
}

const colours = { good: 'var(--good)', bad: 'var(--danger)', unknown: 'var(--line)' }
const width = 600
const height = 24

/**
 * How something was, step by step. The drawing is for the eye: bad steps are taller as well as red. What was bad stands in a
 * table for everybody who wants to read it.
 */
export function StateStrip({ title, summary, cells, column }: StateStripProps) {
  const id = useId()
  const [at, setAt] = useState<number | null>(null)
  const step = width / Math.max(1, cells.length)
  const pointed = at === null ? undefined : cells[at]
  const bad = cells.filter(({ state }) => state === 'bad')
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <figcaption className="mb-1.5 flex items-baseline justify-between gap-3 text-sm">
        <span id={id} className="font-medium first-letter:uppercase">
          {title}
        </span>
        <span className="tabular text-muted text-xs">
          {pointed === undefined ? summary : `${pointed.name}: ${pointed.text}`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerLeave={() => setAt(null)}
        className="h-6 w-full"
      >
        {cells.map(({ at: began, state }, index) => (
          <rect
            key={began}
            x={index * step}
            y={state === 'bad' ? 0 : 6}
            width={step * 0.8}
            height={state === 'bad' ? height : height - 12}
            fill={colours[state]}
            opacity={at === null || at === index ? 1 : 0.45}
            onPointerEnter={() => setAt(index)}
          />
        ))}
      </svg>
      {bad.length > 0 && (
        <details className="mt-1 text-sm">
          <summary className="w-fit rounded text-muted text-xs hover:text-ink">
            {t('When it was away')}
          </summary>
          <table className="tabular mt-2 w-full text-start">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr className="text-muted text-xs">
                <th scope="col" className="py-1 text-start font-medium">
                  {column}
                </th>
                <th scope="col" className="py-1 text-start font-medium">
                  {t('State')}
                </th>
              </tr>
            </thead>
            <tbody>
              {bad.map(({ at: began, name, text }) => (
                <tr key={began} className="border-line border-t">
                  <td className="py-1">{name}</td>
                  <td className="py-1">{text}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  )
}
