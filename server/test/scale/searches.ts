import type { ImageSort } from '@rendition/contract'
import { type ImageFilter, listImages } from '../../src/images/library/list-images.ts'
import { showFacets } from '../../src/images/library/show-facets.ts'
import { listItems } from '../../src/images/store/album-items.ts'
import { listSearches } from '../../src/images/store/searches.ts'
import type { Database } from '../../src/platform/database/index.ts'
import { largeAlbum, searchOwner, smallAlbum } from './search-fill.ts'

/** Something that is looked for among the images of one account. */
export interface Search {
  name: string
  ask(db: Database): Promise<unknown>
}

const limit = 50

/** As people type them: every term of the grammar, frequent, rare, and where all that fits lies at the far end. */
const typed: readonly string[] = [
  'w3',
  'w3 w17',
  'w1000',
  'w1000 town123',
  'w1000 w1200 w1300',
  'w3 w17 town12',
  '"long walk"',
  '1234',
  'w2999',
  'tag:holiday',
  'tag:person3*',
  'tag:ancient',
  'tag:holiday -tag:year2010 camera:canon',
  'type:png',
  'type:gif is:animated',
  'camera:canon w17',
  'camera:kodak',
  'lens:rf24 orientation:portrait',
  'date:2012',
  'after:2004-01 before:2004-02',
  'date:2012 tag:holiday color:blue',
  'width>5000',
  'height<=4000 type:png',
  'size>20MB',
  'size<200',
  'rating>=4',
  'rating=5',
  'rating>=2 tag:holiday',
  'color:orange color:blue',
  'color:#1e5bd8',
  'orientation:landscape -color:grey',
  'has:location',
  'has:location -has:alt date:2020',
  'has:credentials',
  'is:favourite',
  'is:favourite has:location',
  'is:archived',
  'is:public',
  'is:public -tag:holiday size<200',
  'album:"All sorts"',
  'album:"Summer 2004"',
  `album:${smallAlbum} color:blue`,
  '-album:"All sorts" w3',
  '-has:title',
  '-has:location date:2010',
  '-type:jpeg',
  'town12 w',
  'nothing-of-the-sort',
]

/** Nothing but a word that must not be, and all have it: no index knows what is left. */
export const unbounded = '-img'

export function searches(): Search[] {
  const list = (name: string, filter: Partial<ImageFilter>): Search => ({
    name,
    ask: (db) => listImages(db, searchOwner, { limit, sort: 'newest', ...filter }),
  })
  /** The page behind the first. */
  const next = (q: string, sort: ImageSort): Search => {
    let cursor: string | undefined
    return {
      name: `${q}, by ${sort}, page 2`,
      async ask(db) {
        cursor ??= (await listImages(db, searchOwner, { limit, sort, q })).nextCursor ?? undefined
        return listImages(db, searchOwner, { limit, sort, q, cursor })
      },
    }
  }
  const facets = (name: string, filter: Parameters<typeof showFacets>[2]): Search => ({
    name: `facets, ${name}`,
    ask: (db) => showFacets(db, searchOwner, filter),
  })
  return [
    ...typed.map((q) => list(q, { q })),
    ...(['taken', 'name', 'size', 'oldest', 'relevance'] as const).flatMap((sort) => [
      list(`w3 w17, by ${sort}`, { q: 'w3 w17', sort }),
      list(`rating=5, by ${sort}`, { q: 'rating=5', sort }),
    ]),
    next('w3', 'relevance'),
    next('tag:holiday', 'taken'),
    list('by taken', { sort: 'taken' }),
    list('at least four stars', { minRating: 4 }),
    list('favourites', { favourite: true }),
    list('public', { visibility: 'public' }),
    list('of a tag', { tag: 'ancient' }),
    list('of an album, newest first', { album: largeAlbum }),
    list('of a small album, newest first', { album: smallAlbum }),
    {
      name: 'an album in its order',
      ask: (db) => listItems(db, largeAlbum, { after: null, limit }),
    },
    { name: 'saved searches', ask: (db) => listSearches(db, searchOwner, 100) },
    facets('of everything', {}),
    facets('tags that begin so', { tagPrefix: 'per' }),
    facets('of w3 w17', { q: 'w3 w17' }),
    facets('of tag:holiday', { q: 'tag:holiday' }),
    facets('of a small album', { q: 'album:"Summer 2004"' }),
    facets('of date:2012', { q: 'date:2012' }),
    facets('of rating=5', { q: 'rating=5' }),
  ]
}
