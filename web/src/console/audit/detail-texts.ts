import type { AuditEntry } from '@rendition/contract'
import { formatFormat } from '../../format.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { formatNumber } from '../../languages/numbers.ts'
import { t } from '../../languages/translate.ts'
import { serviceText } from '../../state/explain-error.ts'
import { recipeWords, stepsWords } from './recipe-words.ts'
import { valueText } from './value-texts.ts'

/** One thing that an entry says: what it was and what it is, or what it is alone. */
export interface Detail {
  name: string
  from?: string
  to: string
}

/** What an entry says by these names. What is not here stands as the API writes it. */
const names: Readonly<Record<string, Phrase>> = {
  addTags: 'Tags added',
  addToAlbum: 'Put into the album, by id',
  albumId: 'Album by id',
  altText: 'Alternative text',
  archived: 'Archived',
  batchId: 'Batch by id',
  before: 'Before',
  by: 'How',
  bytes: 'Bytes',
  cause: 'Cause',
  change: 'Change',
  changed: 'Changed',
  contentType: 'Format',
  coverId: 'Cover',
  delete: 'Deleted for good',
  deliveries: 'Deliveries',
  deliveryId: 'Delivery by id',
  deliveryIds: 'Deliveries by id',
  description: 'Description',
  disabled: 'Disabled',
  downloads: 'Downloads',
  email: 'Email',
  enabled: 'audit|On',
  expiresAt: 'Expires',
  favourite: 'Favourite',
  fields: 'Details',
  filter: 'Filter',
  focalPoint: 'Focal point',
  folders: 'Folders',
  forgotten: 'Forgotten with what was deleted',
  height: 'Height',
  host: 'Host',
  ids: 'By id',
  imageId: 'Photo by id',
  imageIds: 'Photos by id',
  images: 'Photos',
  inTrash: 'In the trash',
  jobId: 'Job by id',
  jobs: 'Jobs',
  keys: 'API keys',
  lane: 'Lane',
  language: 'Language',
  madeBy: 'Made by the key, by id',
  name: 'Name',
  note: 'Note',
  of: 'Of what',
  originalName: 'Name',
  parameters: 'Parameters',
  password: 'Password',
  paused: 'Paused',
  pictures: 'Pictures',
  presets: 'Presets',
  priority: 'Lane',
  provider: 'Provider',
  publicOriginal: 'Public original',
  q: 'Search',
  query: 'Search',
  quota: 'Quota',
  rating: 'Rating',
  reason: 'Cause',
  recipe: 'Edit',
  removeFromAlbum: 'Taken out of the album, by id',
  removeTags: 'Tags taken off',
  renditions: 'Renditions',
  role: 'Role',
  saveImage: 'Saved as a new version',
  scopes: 'Rights',
  secondStep: 'Second step',
  secret: 'Secret',
  sessionId: 'Device by id',
  set: 'Presets',
  shareId: 'Shared link by id',
  shares: 'Shared links',
  signedOut: 'Signed out everywhere',
  sizes: 'Sizes',
  sort: 'Order',
  status: 'State',
  step: 'Second step',
  steps: 'Steps',
  stopped: 'Stopped',
  tag: 'Tag',
  tags: 'Tags',
  title: 'audit|Title',
  trash: 'In the trash',
  twoStep: 'Two-step sign-in',
  type: 'Kind',
  types: 'Events',
  uploads: 'Uploads',
  url: 'Address',
  username: 'User name',
  value: 'Value',
  version: 'Version',
  versions: 'Versions',
  via: 'Way',
  visibility: 'Visibility',
  what: 'What',
  width: 'Width',
}

/** An act on a hundred images names them all; the file that goes out has the rest. */
const mostNamed = 3

/** What an entry says, in the words of the page. */
export function detailsOf(details: AuditEntry['details']): Detail[] {
  return Object.entries(details)
    .filter(([name, value]) => !(name === 'fields' && saysThem(details, value)))
    .map(([name, value]) =>
      isChange(value)
        ? { name: nameOf(name), from: written(name, value.from), to: written(name, value.to) }
        : { name: nameOf(name), to: written(name, value) },
    )
}

function nameOf(name: string): string {
  const known = Object.hasOwn(names, name) ? names[name] : undefined
  return known === undefined ? name : t(known)
}

/** Whether the fields that are listed stand there with their values. */
const saysThem = (details: AuditEntry['details'], fields: unknown): boolean =>
  Array.isArray(fields) && fields.every((name) => String(name) in details)

const isChange = (value: unknown): value is { from: unknown; to: unknown } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value

function written(name: string, value: unknown): string {
  // A webhook without a list of events gets every one.
  if (name === 'types' && value === null) return t('audit|every one')
  if (value === null || value === undefined || value === '') return t('audit|none')
  if (typeof value === 'boolean') return value ? t('yes') : t('no')
  if (typeof value === 'number') return formatNumber(value, { maximumFractionDigits: 3 })
  if (Array.isArray(value)) return listText(name, value)
  if (typeof value === 'object') {
    // Of how many that were so, the name is a value: `visibility: { private: 3 }`.
    const parts = Object.entries(value).map(
      ([part, of]) => `${wordOf(name, part) ?? nameOf(part)}: ${written(part, of)}`,
    )
    return parts.length === 0 ? t('audit|none') : parts.join(', ')
  }
  return wordOf(name, String(value)) ?? String(value)
}

function wordOf(name: string, value: string): string | undefined {
  if (name === 'fields') return nameOf(value)
  if (name === 'contentType') return formatFormat(value)
  if (name === 'reason') return serviceText(value)
  if (name === 'recipe') return recipeWords(value) ?? undefined
  const known = valueText(name, value)
  return known === undefined ? undefined : t(known)
}

function listText(name: string, values: readonly unknown[]): string {
  if (values.length === 0) return t('audit|none')
  const steps = name === 'steps' ? stepsWords(values) : null
  if (steps !== null) return steps
  const shown = values
    .slice(0, mostNamed)
    .map((value) => written(name, value))
    .join(', ')
  return values.length <= mostNamed ? shown : `${shown} +${formatNumber(values.length - mostNamed)}`
}
