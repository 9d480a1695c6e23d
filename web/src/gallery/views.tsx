import { Heart, Images, Library, Trash2 } from 'lucide-react'
import { Link, useRoute } from 'wouter'
import { formatFilter, noFilter, useFilter } from '../state/filter.ts'
import { classes } from '../ui/classes.ts'

const views = [
  { name: 'Photos', href: '/', icon: Images },
  { name: 'Favourites', href: `/${formatFilter({ ...noFilter, view: 'favourites' })}`, icon: Heart },
  { name: 'Albums', href: '/albums', icon: Library },
  { name: 'Trash', href: `/${formatFilter({ ...noFilter, view: 'trash' })}`, icon: Trash2 },
] as const

/** The ways to look at the library. On a phone they scroll sideways rather than fall on two lines. */
export function Views() {
  const [filter] = useFilter()
  const [onAlbums] = useRoute('/albums')
  const inAlbums = onAlbums || filter.album !== ''
  const current = inAlbums
    ? 'Albums'
    : { photos: 'Photos', favourites: 'Favourites', trash: 'Trash' }[filter.view]
  return (
    <nav aria-label="Library" className="-mx-3 mb-4 overflow-x-auto px-3 sm:-mx-6 sm:px-6">
      <ul className="flex gap-1">
        {views.map(({ name, href, icon: Icon }) => (
          <li key={name}>
            <Link
              href={href}
              aria-current={name === current ? 'page' : undefined}
              className={classes(
                'flex h-10 items-center gap-2 rounded-lg px-3 font-medium text-sm transition-colors',
                name === current ? 'bg-sunken text-ink' : 'text-muted hover:bg-ink/7 hover:text-ink',
              )}
            >
              <Icon aria-hidden className="size-4" /> {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
