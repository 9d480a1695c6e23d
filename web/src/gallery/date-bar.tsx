import type { ImageFacets } from '@rendition/contract'
import { type RefObject, useEffect, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { classes } from '../ui/classes.ts'
import { shortNameOfMonth } from './months.ts'

interface DateBarProps {
  years: ImageFacets['years']
  /** Holds the headings of the months that are loaded. */
  gallery: RefObject<HTMLElement | null>
  /** To a month that is not loaded. */
  onJump: (month: string) => void
}

const headings = (gallery: HTMLElement | null): HTMLElement[] => [
  ...(gallery?.querySelectorAll<HTMLElement>('[data-month]') ?? []),
]
/** Below the page's header. */
const topPx = 96

/** The years and months there are, and where among them one is. */
export function DateBar({ years, gallery, onJump }: DateBarProps) {
  const here = useMonthInView(gallery)
  const hereYear = here?.slice(0, 4)
  const go = (month: string) => {
    const heading = headings(gallery.current).find(({ dataset }) => dataset.month === month)
    if (heading === undefined) onJump(month)
    else window.scrollTo({ top: heading.getBoundingClientRect().top + window.scrollY - topPx })
  }
  return (
    <nav aria-label={t('Dates')} className="sticky top-20 max-h-[calc(100dvh-6rem)] overflow-y-auto py-1">
      <ul className="grid gap-0.5 border-line border-s">
        {years.map(({ year, months, count }) => {
          const newest = monthOf(year, months[0]?.month ?? 12)
          const isHere = String(year) === hereYear
          return (
            <li key={year}>
              <DateButton
                also={`, ${plural(count, '{count} photo', '{count} photos')}`}
                here={isHere}
                strong
                onClick={() => go(newest)}
              >
                {year}
              </DateButton>
              {isHere && (
                <ul className="animate-appear">
                  {months.map(({ month, count: photos }) => {
                    const key = monthOf(year, month)
                    return (
                      <li key={key}>
                        <DateButton
                          also={` ${year}, ${plural(photos, '{count} photo', '{count} photos')}`}
                          here={key === here}
                          onClick={() => go(key)}
                        >
                          {shortNameOfMonth(key)}
                        </DateButton>
                      </li>
                    )
                  })}
                </ul>
              )}
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

const monthOf = (year: number, month: number): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`

interface DateButtonProps {
  /** What follows for those who hear it. */
  also: string
  here: boolean
  strong?: boolean
  onClick: () => void
  children: string | number
}

function DateButton({ also, here, strong = false, onClick, children }: DateButtonProps) {
  return (
    <button
      type="button"
      aria-current={here ? 'date' : undefined}
      onClick={onClick}
      className={classes(
        'tabular -ms-px block w-full border-s-2 py-1 pe-1 ps-3 text-start text-xs transition-colors hover:text-ink',
        here ? 'border-accent font-medium text-accent' : 'border-transparent text-muted',
        strong && 'font-medium',
      )}
    >
      {children}
      <span className="sr-only">{also}</span>
    </button>
  )
}

/** The month whose heading was scrolled past last. */
function useMonthInView(gallery: RefObject<HTMLElement | null>): string | undefined {
  const [month, setMonth] = useState<string>()
  useEffect(() => {
    let places: { month: string | undefined; top: number }[] = []
    // In the event itself, which comes before the tiles of its frame are changed: after that the browser would lay all of
    // them out to answer.
    const look = () => {
      const passed = topPx + 8 - (gallery.current?.getBoundingClientRect().top ?? 0)
      const past = places.findLast(({ top }) => top <= passed)
      setMonth((past ?? places[0])?.month)
    }
    // Headings come with the pages of the list. Where they stand is asked then, and not with every frame.
    const measure = () => {
      const top = gallery.current?.getBoundingClientRect().top ?? 0
      places = headings(gallery.current).map((heading) => ({
        month: heading.dataset.month,
        top: heading.getBoundingClientRect().top - top,
      }))
      look()
    }
    window.addEventListener('scroll', look, { passive: true })
    const observer = new ResizeObserver(measure)
    if (gallery.current !== null) observer.observe(gallery.current)
    return () => {
      window.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [gallery])
  return month
}
