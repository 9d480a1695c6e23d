import type { Album } from '@rendition/contract'

type Named = Pick<Album, 'name'>

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Albums whose name has what was typed in it, those first that begin so; all where nothing was. */
export function albumsNamed<Of extends Named>(text: string, albums: readonly Of[]): Of[] {
  const wanted = plain(text.trim())
  const found = albums.filter(({ name }) => plain(name).includes(wanted))
  const begins = ({ name }: Named): number => (plain(name).startsWith(wanted) ? 0 : 1)
  return wanted === '' ? found : found.sort((one, other) => begins(one) - begins(other))
}

/** Whether one has just this name. */
export const isTaken = (text: string, albums: readonly Named[]): boolean =>
  albums.some(({ name }) => name === text.trim())
