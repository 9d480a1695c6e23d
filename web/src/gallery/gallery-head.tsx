import { ArrowDownWideNarrow, LayoutGrid } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Phrase } from '../languages/catalogue.ts'
import { translateOptions } from '../languages/options.ts'
import { t } from '../languages/translate.ts'
import { type GalleryFilter, isWholeAlbum, sorts } from '../state/filter.ts'
import { changeLook, useGalleryLook } from '../state/gallery-look.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, MenuChoice, MenuLine } from '../ui/menu.tsx'
import { sortNames } from './sort-names.ts'

type Options = readonly { value: string; label: Phrase }[]
const sortOptions = sorts.map((value) => ({ value, label: sortNames[value] }))
/** An album has an order of its own. */
const albumSortOptions = [
  { value: 'newest' as const, label: 'As in the album' as const },
  ...sortOptions.filter(({ value }) => value !== 'newest'),
]
const densityOptions = [
  { value: 'dense', label: 'Small pictures' },
  { value: 'normal', label: 'Medium pictures' },
  { value: 'large', label: 'Large pictures' },
] as const satisfies Options
const nameOptions = [
  { value: 'hover', label: 'Names while pointing' },
  { value: 'always', label: 'Names always' },
] as const satisfies Options

interface GalleryHeadProps {
  title: string
  /** Beside the title: how many there are. */
  note: string | null
  filter: GalleryFilter
  onChange: (part: Partial<GalleryFilter>) => void
  /** What can be done with the whole of it. */
  children?: ReactNode
}

/** What is shown, how much of it, in which order and how large. */
export function GalleryHead({ title, note, filter, onChange, children }: GalleryHeadProps) {
  const { density, names } = useGalleryLook()
  const orders = translateOptions(
    isWholeAlbum({ ...filter, sort: 'newest', from: '' }) ? albumSortOptions : sortOptions,
  )
  const sorted = orders.find(({ value }) => value === filter.sort)?.label ?? ''
  return (
    <div className="mb-4 flex min-h-10 flex-wrap items-center gap-x-1 gap-y-2">
      <h1 className="me-auto flex min-w-0 items-baseline gap-2.5 pe-3">
        <span className="truncate font-semibold text-xl tracking-tight">
          <bdi>{title}</bdi>
        </span>
        {note !== null && <span className="tabular shrink-0 text-muted text-sm">{note}</span>}
      </h1>
      {children}
      <Menu
        trigger={
          <Button
            look="quiet"
            className="px-3 text-muted"
            aria-label={t('Sorted: {order}', { order: sorted })}
          >
            <ArrowDownWideNarrow aria-hidden className="size-4" />
            <span className="max-sm:sr-only">{sorted}</span>
          </Button>
        }
      >
        <MenuChoice
          label={t('Order')}
          value={filter.sort}
          options={orders}
          onChoose={(sort) => onChange({ sort, from: '' })}
        />
      </Menu>
      <Menu
        trigger={
          <IconButton label={t('Layout')} className="text-muted">
            <LayoutGrid aria-hidden />
          </IconButton>
        }
      >
        <MenuChoice
          label={t('Size')}
          value={density}
          options={translateOptions(densityOptions)}
          onChoose={(value) => changeLook({ density: value })}
        />
        <MenuLine />
        <MenuChoice
          label={t('Names')}
          value={names ? 'always' : 'hover'}
          options={translateOptions(nameOptions)}
          onChoose={(value) => changeLook({ names: value === 'always' })}
        />
      </Menu>
    </div>
  )
}
