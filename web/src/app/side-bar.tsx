import { Ellipsis } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link, useLocation } from 'wouter'
import { t } from '../languages/translate.ts'
import { useUser } from '../state/account-scope.tsx'
import { useFilter } from '../state/filter.ts'
import { classes } from '../ui/classes.ts'
import { Logo } from '../ui/logo.tsx'
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx'
import { entries, isCurrent, type NavigationEntry, onPhone, sections } from './navigation.ts'
import { QuickHelpButtons } from './quick-help.tsx'

/** Where one can go: at the side, narrow or with room for words, and at the bottom of a phone. */
export function SideBar() {
  const [path] = useLocation()
  const [filter] = useFilter()
  const user = useUser()
  const shown = entries.filter(({ visible }) => visible === undefined || (user && visible(user)))
  const place = { path, filter }
  const here = shown.find((entry) => isCurrent(entry, place))?.path
  const bar = useRef<HTMLElement>(null)
  // In a window of 900 px the places of administrators are below what is seen: come to by a command, none was seen to be current.
  useEffect(() => {
    const entry = here === undefined ? null : bar.current?.querySelector('[aria-current]')
    if (bar.current && entry) showWithin(bar.current, entry)
  }, [here])
  return (
    <aside
      ref={bar}
      className="fixed inset-x-0 bottom-0 z-30 border-line/70 border-t bg-ground pb-[env(safe-area-inset-bottom)]
        sm:sticky sm:inset-x-auto sm:top-0 sm:flex sm:h-dvh sm:flex-col sm:overflow-y-auto sm:border-t-0 sm:border-e sm:pb-4"
    >
      <Link
        href="/"
        className="hidden h-16 shrink-0 items-center gap-2.5 font-semibold tracking-tight sm:flex sm:justify-center xl:justify-start
          xl:px-6"
      >
        <Logo className="size-5" /> <span className="sm:max-xl:sr-only">Rendition</span>
      </Link>
      <div className="flex h-(--bar) sm:h-auto sm:flex-col sm:gap-5 sm:px-2 xl:px-3">
        {sections.map((section) => {
          const list = shown.filter((entry) => entry.section === section)
          return list.length === 0 ? null : (
            <nav
              key={section}
              aria-label={t(section)}
              className={classes('sm:block', section === 'Library' ? 'contents' : 'hidden')}
            >
              {section !== 'Library' && (
                <h2 className="px-3 pb-1.5 font-medium text-muted text-xs sm:max-xl:sr-only">{t(section)}</h2>
              )}
              <ul className="flex min-w-0 flex-4 sm:grid sm:gap-0.5">
                {list.map((entry) => (
                  <Entry
                    key={entry.path}
                    entry={entry}
                    current={isCurrent(entry, place)}
                    onPhone={shown.indexOf(entry) < onPhone}
                  />
                ))}
              </ul>
            </nav>
          )
        })}
        <More entries={shown.slice(onPhone)} current={(entry) => isCurrent(entry, place)} />
      </div>
      <QuickHelpButtons />
    </aside>
  )
}

const room = 16

/** Not by `scrollIntoView`: in Chromium the Tab key goes on from what that shows, past the way to the content. */
function showWithin(bar: Element, entry: Element): void {
  const seen = bar.getBoundingClientRect()
  const { top, bottom } = entry.getBoundingClientRect()
  if (bottom + room > seen.bottom) bar.scrollTop += bottom + room - seen.bottom
  else if (top - room < seen.top) bar.scrollTop -= seen.top - top + room
}

const item =
  'group flex h-full w-full select-none focus-visible:-outline-offset-2 flex-col items-center justify-center gap-0.5 font-medium text-[0.6875rem] ' +
  'sm:h-auto sm:min-h-14 sm:rounded-xl sm:py-1 xl:h-10 xl:min-h-0 xl:flex-row xl:justify-start xl:gap-3 xl:rounded-lg xl:px-3 xl:text-sm'
const pill =
  'grid h-7 w-13 place-items-center rounded-full transition-colors duration-150 [&>svg]:size-[1.2rem] xl:h-auto xl:w-auto'

interface EntryProps {
  entry: NavigationEntry
  current: boolean
  onPhone: boolean
}

function Entry({ entry: { path, label, icon: Icon }, current, onPhone }: EntryProps) {
  return (
    <li className={classes('min-w-0 flex-1 sm:block', !onPhone && 'hidden')}>
      <Link
        href={path}
        aria-current={current ? 'page' : undefined}
        className={classes(
          item,
          'xl:transition-colors',
          current
            ? 'text-ink xl:bg-accent-soft xl:text-accent'
            : 'text-muted hover:text-ink xl:hover:bg-ink/6',
        )}
      >
        <span
          className={classes(
            pill,
            current
              ? 'bg-accent-soft text-accent xl:bg-transparent'
              : 'group-hover:bg-ink/6 xl:group-hover:bg-transparent',
          )}
        >
          <Icon aria-hidden strokeWidth={current ? 2.25 : 2} />
        </span>
        {/* Icons in a column have room for a second line: “URL-Baukasten” is wider than they are. */}
        <span className="max-w-full truncate px-0.5 text-center leading-tight sm:max-xl:whitespace-normal xl:px-0 xl:leading-normal">
          {t(label)}
        </span>
      </Link>
    </li>
  )
}

/** What a phone's bar has no room for. */
function More({
  entries,
  current,
}: {
  entries: readonly NavigationEntry[]
  current: (entry: NavigationEntry) => boolean
}) {
  const [, navigate] = useLocation()
  const here = entries.some(current)
  return (
    <div className="min-w-0 flex-1 sm:hidden">
      <Menu
        trigger={
          <button type="button" className={classes(item, here ? 'text-ink' : 'text-muted')}>
            <span className={classes(pill, here && 'bg-accent-soft text-accent')}>
              <Ellipsis aria-hidden />
            </span>
            {t('More')}
          </button>
        }
      >
        {sections.map((section) => {
          const list = entries.filter((entry) => entry.section === section)
          return list.length === 0 ? null : (
            <div key={section}>
              {section !== 'Library' && <MenuLabel>{t(section)}</MenuLabel>}
              {list.map(({ path, label, icon: Icon }) => (
                <MenuItem key={path} onSelect={() => navigate(path)}>
                  <Icon aria-hidden /> {t(label)}
                </MenuItem>
              ))}
            </div>
          )
        })}
      </Menu>
    </div>
  )
}
