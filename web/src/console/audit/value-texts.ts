import { statusNames, typeNames } from '../../jobs/job-texts.ts'
import type { Phrase } from '../../languages/catalogue.ts'
import { scopeTexts } from '../account/scope-texts.ts'
import { roleNames } from '../admin/role-names.ts'

type Words = Readonly<Record<string, Phrase>>

const lanes: Words = { interactive: 'Fast lane', bulk: 'Bulk lane' }
/** Of a secret that became another one. */
const became: Words = { changed: 'changed' }

/**
 * Words that the API has for what an entry says, by the name that they stand under: `private` is a visibility, and a tag of somebody's
 * is his own word.
 */
const values: Readonly<Record<string, Words>> = {
  by: {
    device: 'audit|on the device itself',
    email: 'audit|by the same address',
    link: 'audit|by a link',
    session: 'audit|by who is signed in',
  },
  cause: {
    upload: 'Uploaded',
    replace: 'Replaced',
    transform: 'Edited',
    restore: 'Restored',
    undo: 'Undone',
    redo: 'Done again',
  },
  folders: { none: 'Photos only', tags: 'As tags', album: 'As albums' },
  lane: lanes,
  of: { selection: 'Selection', query: 'Search', everything: 'Everything' },
  password: became,
  priority: lanes,
  publicOriginal: { cleaned: 'Without place and serial numbers', untouched: 'As it was uploaded' },
  role: roleNames,
  scopes: Object.fromEntries(Object.entries(scopeTexts).map(([scope, { name }]) => [scope, name])),
  secondStep: { totp: 'By the code of an app', recovery: 'By a recovery code' },
  secret: became,
  status: { ...statusNames, preparing: 'Being prepared', ready: 'Ready' },
  type: { ...typeNames, album: 'Album', image: 'Photo', selection: 'Selection' },
  url: became,
  via: {
    form: 'audit|by a form',
    upload: 'audit|by an upload in pieces',
    direct: 'audit|straight to the storage',
    guest: 'audit|by a guest of a shared link',
    import: 'audit|from an address',
    archive: 'audit|out of an archive',
    export: 'audit|out of an export',
  },
  visibility: { public: 'Public', private: 'Private' },
  what: {
    added: 'Added',
    taken: 'Taken out',
    moved: 'Moved',
    all: 'Everything',
    image: 'Photo',
    preset: 'Preset',
    tag: 'Tag',
  },
}

/** What a value under this name is called; undefined for what is no word of the API. */
export function valueText(name: string, value: string): Phrase | undefined {
  const words = Object.hasOwn(values, name) ? values[name] : undefined
  return words !== undefined && Object.hasOwn(words, value) ? words[value] : undefined
}
