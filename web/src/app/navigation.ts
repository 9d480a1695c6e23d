import type { User } from '@rendition/contract'
import {
  Activity,
  Archive,
  ChartColumn,
  CircleUserRound,
  Copy,
  HardDrive,
  Heart,
  History,
  Images,
  KeyRound,
  Layers,
  Library,
  Link2,
  ListChecks,
  type LucideIcon,
  ReceiptText,
  Scaling,
  ScrollText,
  Share2,
  ShieldCheck,
  SlidersHorizontal,
  Trash2,
  Users,
  Webhook,
} from 'lucide-react'
import type { Phrase } from '../languages/catalogue.ts'
import { formatFilter, type GalleryFilter, noFilter } from '../state/filter.ts'

/** Where somebody is in the page. */
export interface Place {
  path: string
  filter: GalleryFilter
}

/** One line of the navigation. The pages themselves stand in `pages.tsx`. */
export interface NavigationEntry {
  path: string
  label: Phrase
  icon: LucideIcon
  section: Section
  /** Who is shown it; everybody unless it says. */
  visible?: (user: User) => boolean
  /** Whether it is marked as where one is; unless it says, on its path and everything below. */
  current?: (place: Place) => boolean
}

export const sections = [
  'Library',
  'Account',
  'Developer',
  'Administration',
] as const satisfies readonly Phrase[]
export type Section = (typeof sections)[number]

const inLibrary = ({ path }: Place): boolean => path === '/' || path.startsWith('/photos/')
const viewOf = (view: GalleryFilter['view']) => ({
  path: `/${formatFilter({ ...noFilter, view })}`,
  current: (place: Place) => inLibrary(place) && place.filter.view === view && place.filter.album === '',
})

const isAdmin = ({ role }: User): boolean => role === 'admin'

/** All places there are to go to, in their order. The first four are the bar of a phone; the rest stand in its menu. */
export const entries: readonly NavigationEntry[] = [
  { label: 'Photos', icon: Images, section: 'Library', ...viewOf('photos') },
  {
    label: 'Albums',
    icon: Library,
    section: 'Library',
    path: '/albums',
    current: (place) => place.path === '/albums' || (inLibrary(place) && place.filter.album !== ''),
  },
  { label: 'Favourites', icon: Heart, section: 'Library', ...viewOf('favourites') },
  { label: 'Trash', icon: Trash2, section: 'Library', ...viewOf('trash') },
  { label: 'place|Archive', icon: Archive, section: 'Library', ...viewOf('archive') },
  { label: 'Duplicates', icon: Copy, section: 'Library', path: '/duplicates' },
  { label: 'Shared links', icon: Share2, section: 'Library', path: '/links' },
  { label: 'Jobs', icon: ListChecks, section: 'Library', path: '/console/jobs' },
  { label: 'Account', icon: CircleUserRound, section: 'Account', path: '/console/account' },
  { label: 'Security', icon: ShieldCheck, section: 'Account', path: '/console/security' },
  { label: 'Receipts', icon: ReceiptText, section: 'Account', path: '/console/receipts' },
  { label: 'Activity', icon: History, section: 'Account', path: '/console/activity' },
  { label: 'Usage', icon: ChartColumn, section: 'Account', path: '/console/usage' },
  { label: 'URL builder', icon: Link2, section: 'Developer', path: '/console/urls' },
  { label: 'API keys', icon: KeyRound, section: 'Developer', path: '/console/keys' },
  {
    label: 'Webhooks',
    icon: Webhook,
    section: 'Developer',
    path: '/console/webhooks',
    visible: ({ role }) => role !== 'viewer',
  },
  { label: 'Users', icon: Users, section: 'Administration', path: '/console/users', visible: isAdmin },
  { label: 'Queue', icon: Layers, section: 'Administration', path: '/console/queue', visible: isAdmin },
  {
    label: 'Presets',
    icon: Scaling,
    section: 'Administration',
    path: '/console/presets',
    visible: isAdmin,
  },
  { label: 'Service', icon: Activity, section: 'Administration', path: '/console/service', visible: isAdmin },
  {
    label: 'Storage',
    icon: HardDrive,
    section: 'Administration',
    path: '/console/storage',
    visible: isAdmin,
  },
  {
    label: 'Settings',
    icon: SlidersHorizontal,
    section: 'Administration',
    path: '/console/settings',
    visible: isAdmin,
  },
  { label: 'Audit', icon: ScrollText, section: 'Administration', path: '/console/audit', visible: isAdmin },
]

/** How many of them a phone has room for beside its menu. */
export const onPhone = 4

/** The entry that somebody is at. */
export const isCurrent = ({ path, current }: NavigationEntry, place: Place): boolean =>
  current?.(place) ?? (place.path === path || place.path.startsWith(`${path}/`))
