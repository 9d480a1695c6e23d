import {
  Bookmark,
  FolderUp,
  ImageUp,
  Keyboard,
  Library,
  Link2,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Search,
  Sun,
} from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { useAccount, useMayChange, useUser } from '../state/account-scope.tsx'
import { useAlbums } from '../state/albums.ts'
import { filterOfSaved, formatFilter, noFilter } from '../state/filter.ts'
import { useSavedSearches } from '../state/saved-searches.ts'
import { classes } from '../ui/classes.ts'
import { Sheet } from '../ui/sheet.tsx'
import { openFromAddress } from '../upload/more-ways.tsx'
import { type Command, findCommands } from './commands.ts'
import { entries } from './navigation.ts'
import { signOut } from './sign-out.ts'
import { chooseTheme, type Theme } from './theme.ts'

const appearances: readonly [Theme, Phrase, LucideIcon][] = [
  ['light', 'appearance|Light', Sun],
  ['dark', 'Dark', Moon],
  ['system', 'As the system', Monitor],
]
/** More are found by typing on. */
const mostShown = 50

export interface Typed {
  text: string
  /** Enter after it: the first that is found is wanted. */
  entered: boolean
}

interface PaletteProps {
  /** What was typed before it was there. */
  typed: Typed
  onClose: () => void
  onKeys: () => void
}

/** Everything that can be gone to or done, by typing a few letters of it. */
export function Palette({ typed, onClose, onKeys }: PaletteProps) {
  const [text, setText] = useState(typed.text)
  const [at, setAt] = useState(0)
  const [entered, setEntered] = useState(typed.entered)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const listId = useId()
  const { commands, areAll } = useCommands(onKeys)
  const [, navigate] = useLocation()
  const found = useMemo(() => {
    const known = findCommands(commands, text).slice(0, mostShown)
    const q = text.trim()
    if (q === '') return known
    const search: Command = {
      id: 'search',
      label: t('Search photos for “{q}”', { q }),
      group: t('Search'),
      icon: Search,
      run: () => navigate(`/${formatFilter({ ...noFilter, q })}`),
    }
    return [...known, search]
  }, [commands, text, navigate])
  const current = Math.min(at, found.length - 1)

  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const run = (command: Command | undefined) => {
    if (command === undefined) return
    onClose()
    command.run()
  }
  // Entered before it could be done. A search for photos is found always: it is meant where no album has the name.
  useEffect(() => {
    if (!entered || !(areAll || found.length > 1)) return
    setEntered(false)
    run(found[0])
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) setAt((current + step + found.length) % found.length)
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) run(found[current])
    else return
    event.preventDefault()
  }

  return (
    <Sheet title={t('Commands')} onClose={onClose} className="max-w-xl" first={field}>
      <div className="relative border-line border-b">
        <Search aria-hidden className="pointer-events-none absolute top-4.5 start-5 size-5 text-muted" />
        <input
          ref={field}
          role="combobox"
          dir="auto"
          aria-label={t('Command')}
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found.length === 0 ? undefined : `${listId}-${current}`}
          value={text}
          maxLength={200}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
            setEntered(false)
          }}
          onKeyDown={onKeyDown}
          onFocus={({ target }) => target.setSelectionRange(text.length, text.length)}
          placeholder={t('Go to, do, or find…')}
          className="h-14 w-full bg-transparent pe-5 ps-13 text-base outline-none placeholder:text-muted"
        />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label={t('Commands')} className="overflow-y-auto p-2">
        {found.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which has the focus
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            tabIndex={-1}
            onPointerMove={() => setAt(index)}
            onClick={() => run(command)}
            className={classes(
              'flex h-11 cursor-default items-center gap-3 rounded-lg px-3 text-sm',
              index === current && 'bg-ink/7',
            )}
          >
            <command.icon aria-hidden className="size-4.5 shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate">
              <bdi>{command.label}</bdi>
            </span>
            <span className="shrink-0 text-muted text-xs">{command.group}</span>
          </div>
        ))}
      </div>
    </Sheet>
  )
}

/** What this user can do, and whether all of it is known. */
function useCommands(onKeys: () => void): { commands: readonly Command[]; areAll: boolean } {
  const account = useAccount()
  const user = useUser()
  const mayChange = useMayChange()
  const { data } = useAlbums()
  const saved = useSavedSearches()
  const [, navigate] = useLocation()
  const commands = useMemo(() => {
    const going = entries
      .filter(({ visible }) => visible === undefined || (user && visible(user)))
      .map(({ path, label, icon }) => ({
        id: path,
        label: t(label),
        icon,
        group: t('Go to'),
        run: () => navigate(path),
      }))
    const doing: Command[] = [
      ...(mayChange
        ? [
            {
              id: 'upload',
              label: t('Upload photos'),
              icon: ImageUp,
              group: t('Do'),
              words: t('add files'),
              run: () => document.querySelector<HTMLElement>('[data-choose-files]')?.click(),
            },
            {
              id: 'upload-folder',
              label: t('Upload a folder'),
              icon: FolderUp,
              group: t('Do'),
              words: t('add files'),
              run: () => document.querySelector<HTMLInputElement>('input[webkitdirectory]')?.click(),
            },
            {
              id: 'upload-address',
              label: t('Upload from an address'),
              icon: Link2,
              group: t('Do'),
              words: t('add files'),
              run: () => void openFromAddress(),
            },
          ]
        : []),
      { id: 'keys', label: t('Keys'), icon: Keyboard, group: t('Help'), words: t('shortcuts'), run: onKeys },
      ...appearances.map(([theme, label, icon]) => ({
        id: `theme-${theme}`,
        label: t(label),
        icon,
        group: t('Appearance'),
        words: t('theme'),
        run: () => chooseTheme(theme),
      })),
      { id: 'out', label: t('Sign out'), icon: LogOut, group: t('Do'), run: () => void signOut(account) },
    ]
    const albums = (data?.items ?? []).map(({ id, name }) => ({
      id: `album-${id}`,
      label: name,
      icon: Library,
      group: t('Album'),
      run: () => navigate(`/${formatFilter({ ...noFilter, album: id })}`),
    }))
    const searches = (saved ?? []).map((search) => ({
      id: `search-${search.id}`,
      label: search.name,
      icon: Bookmark,
      group: t('Saved search'),
      words: search.q,
      run: () => navigate(`/${formatFilter(filterOfSaved(search))}`),
    }))
    return [...going, ...doing, ...searches, ...albums]
  }, [account, user, mayChange, data, saved, navigate, onKeys])
  return { commands, areAll: data !== undefined && saved !== undefined }
}
