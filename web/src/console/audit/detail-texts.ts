import type { AuditEntry } from '@rendition/contract'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'

/** One thing that an entry says: what it was and what it is, or what it is alone. */
export interface Detail {
  name: string
  from?: string
  to: string
}

/** What an entry says by these names. What is not here stands as the API writes it. */
const names: Readonly<Record<string, Phrase>> = {
  addTags: 'Tags added',
  altText: 'Alternative text',
  archived: 'Archived',
  before: 'Before',
  bytes: 'Bytes',
  cause: 'Cause',
  change: 'Change',
  changed: 'Changed',
  coverId: 'Cover',
  deliveries: 'Deliveries',
  description: 'Description',
  disabled: 'Disabled',
  downloads: 'Downloads',
  email: 'Email',
  enabled: 'audit|On',
  expiresAt: 'Expires',
  favourite: 'Favourite',
  focalPoint: 'Focal point',
  forgotten: 'Forgotten with what was deleted',
  height: 'Height',
  host: 'Host',
  imageIds: 'Photos by id',
  images: 'Photos',
  inTrash: 'In the trash',
  jobs: 'Jobs',
  name: 'Name',
  originalName: 'Name',
  parameters: 'Parameters',
  password: 'Password',
  paused: 'Paused',
  pictures: 'Pictures',
  priority: 'Lane',
  publicOriginal: 'Public original',
  q: 'Search',
  query: 'Search',
  quota: 'Quota',
  rating: 'Rating',
  recipe: 'Edit',
  removeTags: 'Tags taken off',
  renditions: 'Renditions',
  role: 'Role',
  scopes: 'Rights',
  secret: 'Secret',
  shares: 'Shared links',
  signedOut: 'Signed out everywhere',
  sizes: 'Sizes',
  status: 'State',
  tags: 'Tags',
  title: 'audit|Title',
  twoStep: 'Two-step sign-in',
  type: 'Kind',
  types: 'Events',
  uploads: 'Uploads',
  username: 'User name',
  version: 'Version',
  versions: 'Versions',
  via: 'Way',
  visibility: 'Visibility',
  width: 'Width',
}

/** An act on a hundred images names them all; the file that goes out has the rest. */
const mostNamed = 3

/** What an entry says, in the words of the page. */
export function detailsOf(details: AuditEntry['details']): Detail[] {
  return Object.entries(details)
    .filter(([name, value]) => !(name === 'fields' && saysThem(details, value)))
    .map(([name, value]) => {
      const known = names[name]
      const label = known === undefined ? name : t(known)
      return isChange(value)
        ? { name: label, from: written(value.from), to: written(value.to) }
        : { name: label, to: written(value) }
    })
}

/** Whether the fields that are listed stand there with their values. */
const saysThem = (details: AuditEntry['details'], fields: unknown): boolean =>
  Array.isArray(fields) && fields.every((name) => String(name) in details)

const isChange = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value

function written(value: unknown): string {
  if (value === null || value === undefined || value === '') return t('audit|none')
  if (typeof value === 'boolean') return value ? t('yes') : t('no')
  if (typeof value === 'number') return formatNumber(value, { maximumFractionDigits: 3 })
  if (Array.isArray(value)) return listText(value)
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([name, of]) => `${name}: ${written(of)}`)
    return parts.length === 0 ? t('audit|none') : parts.join(', ')
  }
  return String(value)
}

function listText(values: readonly unknown[]): string {
  if (values.length === 0) return t('audit|none')
  const shown = values.slice(0, mostNamed).map(written).join(', ')
  return values.length <= mostNamed ? shown : `${shown} +${formatNumber(values.length - mostNamed)}`
}
