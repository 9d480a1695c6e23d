import type { Image } from '@rendition/contract'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { rich, t } from '../../languages/translate.ts'
import { pictureUrl } from '../../pictures/picture-url.ts'
import { useAccount } from '../../state/account-scope.tsx'
import { useChangeImage } from '../../state/change-image.ts'
import { explainError } from '../../state/explain-error.ts'
import { untilHad } from '../../state/until-had.ts'
import { Button } from '../../ui/button.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { focalCut, movedPoint, type Point } from '../model/focal.ts'
import type { PanelProps } from './panels.tsx'

const shapes = [
  { name: '1:1', ratio: 1 },
  { name: '16:9', ratio: 16 / 9 },
  { name: '4:5', ratio: 4 / 5 },
  { name: '3:1', ratio: 3 },
] as const
/** Pixels of the original as it is shown here. */
const side = 800
const middle: Point = { x: 0.5, y: 0.5 }
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -0.01, y: 0 },
  ArrowRight: { x: 0.01, y: 0 },
  ArrowUp: { x: 0, y: -0.01 },
  ArrowDown: { x: 0, y: 0.01 },
}

/**
 * What matters in the picture: crops that are made for a place keep it. Of the image and not of a version, and of the
 * original; so it is shown there, and saved at once.
 */
export function FocusPanel({ image, edit }: PanelProps) {
  const { size, base } = edit.session.start
  const { client, ended } = useAccount()
  const [url, setUrl] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  useEffect(() => {
    const aborting = new AbortController()
    const signal = AbortSignal.any([aborting.signal, ended])
    const small = { v: base, width: side, height: side, fit: 'inside', enlarge: false, format: 'webp' }
    const say = (error: unknown) => {
      if (!signal.aborted) setFault(explainError(error))
    }
    untilHad(() => client.images.explain(image.id, small, { signal }), signal, say).then((explained) => {
      setFault(null)
      setUrl(pictureUrl(explained))
    }, say)
    return () => aborting.abort()
  }, [client, ended, image.id, base])
  if (fault !== null) return <p role="alert">{fault}</p>
  return url === null ? <Spinner /> : <Focus image={image} url={url} size={size} />
}

function Focus({ image, url, size }: { image: Image; url: string; size: { width: number; height: number } }) {
  const change = useChangeImage(image.id)
  const [point, setPoint] = useState<Point>(image.focalPoint ?? middle)
  const held = useRef(false)
  const { focalPoint } = image
  useEffect(() => {
    if (!held.current) setPoint(focalPoint ?? middle)
  }, [focalPoint])
  const save = (next: Point | null) => {
    held.current = false
    change({ focalPoint: next }).catch(() => setPoint(focalPoint ?? middle))
  }
  const at = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    const to = { x: (event.clientX - box.x) / box.width, y: (event.clientY - box.y) / box.height }
    return movedPoint(to, { x: 0, y: 0 })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = arrows[event.key]
    if (by === undefined) return
    event.preventDefault()
    held.current = true
    const far = event.shiftKey ? 10 : 1
    setPoint((now) => movedPoint(now, { x: by.x * far, y: by.y * far }))
  }
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return (
    <div className="grid gap-4">
      <p className="text-muted text-xs leading-relaxed">
        {rich(
          'What crops with {parameter} keep, on the original; edits take it along. Saved at once, for all versions.',
          { parameter: <code>gravity=focal</code> },
        )}
      </p>
      <button
        type="button"
        aria-label={t('Focal point, {x} from the left, {y} from the top. Arrow keys move it.', {
          x: percent(point.x),
          y: percent(point.y),
        })}
        className="relative w-full cursor-crosshair touch-none overflow-hidden rounded-lg"
        style={{ aspectRatio: `${size.width} / ${size.height}` }}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          held.current = true
          setPoint(at(event))
        }}
        onPointerMove={(event) => held.current && event.buttons === 1 && setPoint(at(event))}
        onPointerUp={(event) => held.current && save(at(event))}
        onKeyDown={onKeyDown}
        onKeyUp={({ key }) => key in arrows && held.current && save(point)}
        data-focal={`${point.x},${point.y}`}
      >
        <img src={url} alt="" draggable={false} className="size-full" />
        <span
          aria-hidden
          className="absolute size-8 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-white shadow-[0_0_0_1px_rgb(0_0_0/0.6),inset_0_0_0_1px_rgb(0_0_0/0.6)]"
          style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
        />
      </button>
      <ul aria-label={t('Crops around the focal point')} className="flex flex-wrap items-end gap-3">
        {shapes.map(({ name, ratio }) => {
          const cut = focalCut(size, ratio, point)
          return (
            <li key={name} className="grid gap-1 text-muted text-xs">
              <span
                className="relative block h-20 overflow-hidden rounded-md"
                style={{ aspectRatio: ratio, maxWidth: '100%', height: ratio > 2 ? '3.5rem' : undefined }}
              >
                <img
                  src={url}
                  alt={t('Cropped to {name}', { name })}
                  className="absolute max-w-none"
                  style={{
                    width: `${(size.width / cut.width) * 100}%`,
                    left: `${(-cut.x / cut.width) * 100}%`,
                    top: `${(-cut.y / cut.height) * 100}%`,
                  }}
                />
              </span>
              {name}
            </li>
          )
        })}
      </ul>
      <Button className="justify-self-start" disabled={focalPoint === null} onClick={() => save(null)}>
        {t('Back to the middle')}
      </Button>
    </div>
  )
}
