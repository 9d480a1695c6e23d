import type { Phrase } from '../languages/catalogue.ts'
import { mainKey } from './key-names.ts'

interface KeyGroup {
  name: Phrase
  keys: readonly { press: readonly string[]; does: Phrase }[]
}

/** Every key that the page hears, as the help shows them. */
export const keyGroups: readonly KeyGroup[] = [
  {
    name: 'Everywhere',
    keys: [
      { press: [mainKey, 'K'], does: 'Commands, albums and pages' },
      { press: ['/'], does: 'Search' },
      { press: ['?'], does: 'This list' },
      { press: ['Esc'], does: 'Close, or let go of the selection' },
    ],
  },
  {
    name: 'Photos',
    keys: [
      { press: ['←', '→', '↑', '↓'], does: 'From photo to photo' },
      { press: ['Home', 'End'], does: 'First and last of those loaded' },
      { press: ['Enter'], does: 'Open' },
      { press: ['x'], does: 'Select' },
      { press: ['Shift', 'x'], does: 'Select up to here' },
      { press: [mainKey, 'A'], does: 'Select everything that is meant' },
      { press: ['f'], does: 'Favourite' },
      { press: ['1', '…', '5'], does: 'Stars, and none with 0' },
      { press: ['Alt', '← →'], does: 'Move within the album' },
    ],
  },
  {
    name: 'One photo',
    keys: [
      { press: ['←', '→'], does: 'Previous and next' },
      { press: ['z'], does: 'Zoom to 100 % and back' },
      { press: ['1', '…', '9'], does: 'Show in another size' },
      { press: ['e'], does: 'Edit' },
      { press: ['i'], does: 'Details' },
      { press: ['p'], does: 'Slideshow, and its end' },
      { press: ['f'], does: 'Favourite' },
      { press: ['Delete'], does: 'Move to the trash' },
    ],
  },
]
