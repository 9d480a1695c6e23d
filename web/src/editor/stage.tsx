import { useEffect, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import type { Size } from '../painting/sizes.ts'
import { classes } from '../ui/classes.ts'
import { Spinner } from '../ui/spinner.tsx'
import { BoxOverlay } from './box-overlay.tsx'
import { MarkOverlay } from './mark-overlay.tsx'
import type { Ratio } from './model/crop-box.ts'
import { type Frame, lyingSize, uncutSize, writeFrame } from './model/frame.ts'
import { regionsOf } from './model/regions.ts'
import { changeStep, setStep, shownStep } from './model/steps.ts'
import type { Mode } from './panels/panels.tsx'
import type { Preview } from './use-preview.ts'
import type { EditSession } from './use-session.ts'

interface StageProps {
  /** What is seen until there is a preview: on a busy machine that takes a while, and an empty frame looks like a loss. */
  until: string | null
  name: string
  edit: EditSession
  preview: Preview
  mode: Mode
  frame: Frame
  ratio: Ratio
  region: number | null
  /** Of what is shown, in pixels of the picture. */
  size: Size
}

/** The picture as the edit makes it, as large as there is room, and what is laid over it to change it by hand. */
export function Stage({ until, name, edit, preview, mode, frame, ratio, region, size }: StageProps) {
  const room = useRef<HTMLDivElement>(null)
  const [space, setSpace] = useState<Size>({ width: 0, height: 0 })
  useEffect(() => {
    const element = room.current
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSpace({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const scale = Math.min(space.width / size.width, space.height / size.height, 1) || 0
  const shown = { width: size.width * scale, height: size.height * scale }
  const from = edit.session.start.size
  const regions = mode === 'hide' ? regionsOf(edit.steps) : []
  const chosen = regions.find(({ id }) => id === region) ?? regions.at(-1)
  const mark = mode === 'mark' ? shownStep(edit.steps, 'watermark')?.op : undefined
  return (
    <div className="relative min-h-0 flex-1 bg-sunken p-3 sm:p-6 low:h-[60dvh] low:flex-none">
      <div ref={room} className="grid size-full place-items-center overflow-visible">
        <div className="checkered relative" style={shown} data-preview-current={preview.current}>
          {until !== null && preview.waiting && (
            <img src={until} alt="" className="absolute inset-0 size-full" data-until-drawn />
          )}
          <canvas
            ref={preview.canvas}
            role="img"
            aria-label={t('Preview of {name}', { name })}
            className={classes(
              'absolute inset-0 size-full',
              (preview.rendition !== null || preview.waiting) && 'invisible',
            )}
          />
          {preview.rendition !== null && (
            <img
              src={preview.rendition}
              alt={t('Preview of {name}', { name })}
              className="absolute inset-0 size-full"
              data-preview-rendition
            />
          )}
          {mode === 'crop' && scale > 0 && (
            <BoxOverlay
              kind="crop"
              crop={frame.crop ?? { x: 0, y: 0, ...uncutSize(frame, from) }}
              room={{ size: lyingSize(frame, from), angle: frame.angle }}
              ratio={ratio}
              scale={scale}
              onChange={(crop, gesture) =>
                edit.change((steps) => writeFrame(steps, { ...frame, crop }, from), gesture)
              }
              onSettle={edit.settle}
            />
          )}
          {chosen !== undefined && scale > 0 && (
            <BoxOverlay
              key={chosen.id}
              kind="region"
              crop={chosen.op}
              room={{ size: from, angle: 0 }}
              ratio={null}
              scale={scale}
              onChange={({ x, y, width, height }, gesture) =>
                edit.change(
                  (steps) => changeStep(steps, chosen.id, { op: { ...chosen.op, x, y, width, height } }),
                  gesture,
                )
              }
              onSettle={edit.settle}
            />
          )}
          {mark !== undefined && !mark.tile && scale > 0 && (
            <MarkOverlay
              mark={mark}
              shown={shown}
              onChange={(position, gesture) =>
                edit.change((steps) => setStep(steps, 'watermark', { ...mark, position }), gesture)
              }
              onSettle={edit.settle}
            />
          )}
        </div>
      </div>
      {preview.fault !== null ? (
        <p role="alert" className="absolute inset-x-4 bottom-2 text-center text-danger text-sm">
          {preview.fault.passes
            ? t('{fault} What is shown is not up to date; it is asked for again by itself.', {
                fault: preview.fault.text,
              })
            : t('{fault} What is shown is not up to date.', { fault: preview.fault.text })}
        </p>
      ) : (
        preview.waiting && (
          <p className="absolute top-3 end-3 rounded-full bg-raised/90 p-2 shadow-float">
            <Spinner /> <span className="sr-only">{t('Rendering the preview')}</span>
          </p>
        )
      )}
    </div>
  )
}
