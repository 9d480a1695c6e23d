import type { ImageMetadata } from '@rendition/contract'
import { CalendarDays, Camera, Copyright, MapPin, ShieldCheck, Type } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../languages/translate.ts'
import { partOf, usePart } from '../ui/part.ts'
import { Section } from './section.tsx'
import { exposureOf, formatPlace, formatTaken } from './shot-facts.ts'

const placeMap = partOf(() => import('./map/place-map.tsx'))

/** What the file itself says: when, with what, where and by whom. Nothing of it where it says nothing. */
export function Shot({ metadata }: { metadata: ImageMetadata }) {
  const { takenAt, camera, lens, title, description, creator, copyright, credit, place, contentCredentials } =
    metadata
  const exposure = exposureOf(metadata)
  const names = [place?.location, place?.city, place?.region, place?.country].filter(Boolean).join(', ')
  const spot =
    place?.latitude != null && place.longitude != null ? formatPlace(place.latitude, place.longitude) : ''
  const lines = [
    [<CalendarDays key="i" />, takenAt && formatTaken(takenAt), null],
    [<Camera key="i" />, camera ?? lens ?? exposure, [camera && lens, (camera ?? lens) && exposure]],
    [
      <MapPin key="i" />,
      names || spot,
      [
        names && spot,
        place?.altitude != null && t('{altitude} m above the sea', { altitude: Math.round(place.altitude) }),
      ],
    ],
    [<Type key="i" />, title ?? description, [title && description]],
    [
      <Copyright key="i" />,
      creator ?? copyright ?? credit,
      [creator && copyright, (creator ?? copyright) && credit],
    ],
    [
      <ShieldCheck key="i" />,
      contentCredentials && t('Content Credentials'),
      [t('In the original alone; not verified here')],
    ],
  ] as const
  const told = lines.filter(([, fact]) => Boolean(fact))
  if (told.length === 0) return null
  return (
    <Section title={t('In the file')}>
      <ul className="grid gap-3">
        {told.map(([icon, fact, more]) => (
          <Line key={String(fact)} icon={icon} more={(more ?? []).filter(Boolean).map(String)}>
            {fact}
          </Line>
        ))}
      </ul>
      {place?.latitude != null && place.longitude != null && (
        <Spot latitude={place.latitude} longitude={place.longitude} />
      )}
    </Section>
  )
}

/** Where its part of the page does not come, the numbers above say where it was. */
function Spot(place: { latitude: number; longitude: number }) {
  const { part, failed } = usePart(placeMap, true)
  if (failed) return null
  return part === undefined ? <div className="aspect-2/1" /> : <part.PlaceMap {...place} />
}

function Line({ icon, more, children }: { icon: ReactNode; more: readonly string[]; children: ReactNode }) {
  return (
    <li className="flex gap-3 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted">
      {icon}
      <div className="min-w-0 break-words">
        {children}
        {more.map((text) => (
          <p key={text} className="tabular text-muted text-xs leading-5">
            {text}
          </p>
        ))}
      </div>
    </li>
  )
}
