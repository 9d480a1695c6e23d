import { Library } from 'lucide-react'
import { Link } from 'wouter'
import { t } from '../languages/translate.ts'
import { formatFilter, noFilter } from '../state/filter.ts'
import { useAlbumsOf } from '../state/image-facts.ts'
import { Section } from './section.tsx'

/** The albums that hold the picture. */
export function InAlbums({ imageId }: { imageId: string }) {
  const albums = useAlbumsOf(imageId)
  if (albums.length === 0) return null
  return (
    <Section title={t('Albums')}>
      <ul className="flex flex-wrap gap-1.5">
        {albums.map(({ id, name }) => (
          <li key={id} className="min-w-0">
            <Link
              href={`/${formatFilter({ ...noFilter, album: id })}`}
              className="flex h-8 items-center gap-1.5 rounded-full border border-line px-3 text-sm hover:border-line-strong"
            >
              <Library aria-hidden className="size-3.5 shrink-0 text-muted" />
              <span className="truncate">
                <bdi>{name}</bdi>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
