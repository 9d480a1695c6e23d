import type { Share, ShareChange } from '@rendition/contract'
import { endOf, type Lifetime } from '../state/lifetimes.ts'
import { withOriginals } from '../state/share-sizes.ts'
import { stillThere } from './given-sizes.ts'
import type { Allowed } from './share-fields.tsx'

/** A link as it is to be, as a form has it. */
export interface WantedShare {
  title: string
  /** From now on; `same` leaves its end where it is. */
  lifetime: Lifetime | 'same'
  asksPassword: boolean
  /** A new one; empty leaves it as it is. */
  password: string
  allowed: Allowed
}

export const wantedAsItIs = (share: Share): WantedShare => ({
  title: share.title ?? '',
  lifetime: 'same',
  asksPassword: share.hasPassword,
  password: '',
  allowed: {
    presets: presetsOf(share),
    downloads: share.downloads,
    originals: share.sizes.includes('original'),
    uploads: share.uploads,
  },
})

const presetsOf = ({ sizes }: Share): string[] => sizes.filter((name) => name !== 'original')

/**
 * What of it is another than it was: what is said again as it is would end the URLs that guests have open. `names` are those of
 * the presets that there are, undefined while nobody knows: what was chosen of others is chosen no more.
 */
export function changeOf(
  share: Share,
  wanted: WantedShare,
  now: number,
  names: readonly string[] | undefined,
): ShareChange {
  const { lifetime, password, asksPassword } = wanted
  const { downloads, uploads, originals } = wanted.allowed
  const title = wanted.title.trim() === '' ? null : wanted.title.trim()
  const shown = stillThere(presetsOf(share), names)
  const presets = stillThere(wanted.allowed.presets ?? shown, names)
  const had = share.sizes.includes('original')
  // Whoever may download no more is not shown the originals either; a link that never offered files keeps what it shows.
  const gives = downloads ? originals : had && !share.downloads
  const isOther =
    gives !== had || presets.length !== shown.length || presets.some((name) => !shown.includes(name))
  return {
    ...(title !== share.title && { title }),
    ...(lifetime !== 'same' && { expiresAt: endOf(lifetime, now) }),
    ...(asksPassword
      ? password !== '' && { password }
      : share.hasPassword && {
          password: null,
        }),
    ...(isOther && { sizes: withOriginals(presets, gives) }),
    ...(downloads !== share.downloads && { downloads }),
    ...(uploads !== share.uploads && { uploads }),
  }
}
