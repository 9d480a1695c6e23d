import { t } from '../../languages/translate.ts'
import { worldOutline } from './world-outline.ts'

/** Half a degree to a unit, as the outline. */
const world = { width: 720, height: 360 }
/** Of the world in the map: enough to know the continent, and to tell a country by. */
const shown = { width: 240, height: 120 }

/** Where in the world a picture was taken, on an outline of our own: nobody else is asked for a map, or told of the place. */
export function PlaceMap({ latitude, longitude }: { latitude: number; longitude: number }) {
  const x = (longitude + 180) * 2
  const y = (90 - latitude) * 2
  const left = Math.min(world.width - shown.width, Math.max(0, x - shown.width / 2))
  const top = Math.min(world.height - shown.height, Math.max(0, y - shown.height / 2))
  return (
    <svg
      role="img"
      aria-label={t('Map of where it was taken')}
      data-place-map
      viewBox={`${left} ${top} ${shown.width} ${shown.height}`}
      className="w-full rounded-md bg-sunken"
    >
      <path d={worldOutline} className="fill-line stroke-line-strong" strokeWidth={0.4} />
      <circle cx={x} cy={y} r={9} className="fill-accent" fillOpacity={0.25} />
      <circle cx={x} cy={y} r={3} className="fill-accent stroke-raised" strokeWidth={1} />
    </svg>
  )
}
