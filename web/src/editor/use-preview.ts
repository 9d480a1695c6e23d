import { formatPictureQuery, type Operation } from '@rendition/contract/recipe'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type DrawSmall, drawSmall } from '../painting/draw-small.ts'
import { halved, nextLevel } from '../painting/pace.ts'
import { createPainter, type Painter } from '../painting/painter.ts'
import { isComputed, passesOf } from '../painting/passes.ts'
import { type Size, sizeBehind } from '../painting/sizes.ts'
import { pictureUrl } from '../pictures/picture-url.ts'
import { useAccount } from '../state/account-scope.tsx'
import { explainError } from '../state/explain-error.ts'
import { fetchPicture } from '../state/fetch-picture.ts'
import { untilHad } from '../state/until-had.ts'

/** Pixels of a side of the preview: enough for a screen, and for a part that is cut out of it. */
const usualSide = 1_600
const largerSide = 3_200
/** A hand that rests: then every pixel is drawn that a slow machine had no time for, */
const restMs = 150
/** and the service is asked for what the page does not compute. */
const askAfterMs = 250

interface Wanted {
  imageId: string
  /** The version that the operations are put on. */
  base: number
  size: Size
  operations: readonly Operation[]
}

export interface Preview {
  canvas: RefObject<HTMLCanvasElement | null>
  /** What the service rendered, where the page cannot compute it; null while the canvas is what is seen. */
  rendition: string | null
  /** Whether what is seen is what the operations make. */
  current: boolean
  /** Whether what is seen is of other operations. */
  waiting: boolean
  fault: Fault | null
  /** Draws the picture small with other operations; undefined while it is not there, null where the browser cannot. */
  small: DrawSmall | null | undefined
}

interface Fault {
  text: string
  /** It is asked for again by itself. */
  passes: boolean
}

/** The picture with the operations done to it: drawn in the page where that is exact, else rendered by the service. */
export function usePreview({ imageId, base, size, operations: asMade }: Wanted): Preview {
  const { client, ended } = useAccount()
  const canvas = useRef<HTMLCanvasElement>(null)
  const painter = useRef<Painter | null>(null)
  const [loaded, setLoaded] = useState<{ of: number; bitmap: ImageBitmap } | null>(null)
  // Of another original it is another picture, whatever is done to it.
  const picture = loaded?.of === base ? loaded.bitmap : null
  /** With how few pixels this machine draws in a frame. */
  const level = useRef(0)
  /** What was last drawn with all pixels: of anything else the canvas shows a draft, or what was before. */
  const [whole, setWhole] = useState<{ picture: ImageBitmap; operations: readonly Operation[] } | null>(null)
  const [able, setAble] = useState(true)
  const [rendition, setRendition] = useState<{ url: string; of: string } | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)

  // By what they say: a crop that is dragged changes the edit and not what is drawn under it.
  const said = JSON.stringify(asMade)
  const operations = useMemo((): readonly Operation[] => JSON.parse(said), [said])
  const { width, height } = sizeBehind(operations, size)
  const longest = Math.max(size.width, size.height)
  const side = Math.max(width, height) * 2.5 < longest && longest > usualSide ? largerSide : usualSide
  const computed = able && isComputed(operations)

  /** Asked for again by itself as long as the service has no time for it, or cannot be reached. */
  const pictureOf = useCallback(
    (parameters: Parameters<typeof client.images.explain>[1], signal: AbortSignal): Promise<Blob> => {
      const had = async () =>
        fetchPicture(pictureUrl(await client.images.explain(imageId, parameters, { signal })), signal)
      return untilHad(had, signal, (error) => setFault({ text: explainError(error), passes: true }))
    },
    [client, imageId],
  )

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    painter.current = createPainter(element)
    setAble(painter.current !== null)
    const lost = (event: Event) => {
      event.preventDefault()
      painter.current = null
      setAble(false)
    }
    element.addEventListener('webglcontextlost', lost)
    return () => {
      element.removeEventListener('webglcontextlost', lost)
      painter.current?.end()
      painter.current = null
    }
  }, [])

  useEffect(() => {
    const aborting = new AbortController()
    const signal = AbortSignal.any([aborting.signal, ended])
    setLoaded((known) => (known?.of === base ? known : null))
    const load = async () => {
      // Without loss: what is done to it is compared with what the service makes of every pixel.
      const scaled = { width: side, height: side, fit: 'inside', enlarge: false, frame: 0 }
      const parameters = { v: base, ...scaled, format: 'webp', lossless: true }
      const blob = await pictureOf(parameters, signal)
      // As they are: the browser must not convert what the service converted already.
      const exact = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' } as const
      const bitmap = await createImageBitmap(blob, exact)
      if (signal.aborted) return bitmap.close()
      setLoaded({ of: base, bitmap })
      setFault(null)
    }
    load().catch((error: unknown) => {
      if (!signal.aborted) setFault({ text: explainError(error), passes: false })
    })
    return () => aborting.abort()
  }, [pictureOf, ended, base, side])

  useEffect(() => {
    if (picture === null) return
    painter.current?.setPicture(picture)
    return () => picture.close()
  }, [picture])

  useEffect(() => {
    if (picture === null || !computed) return
    const paint = (level: number): number | null => {
      const at = { width: halved(picture.width, level), height: halved(picture.height, level) }
      const passes = passesOf(operations, at, at.width / size.width)
      setRendition(null)
      if (passes === null) {
        setAble(false)
        return null
      }
      return painter.current?.paint(passes, level) ?? null
    }
    let rest: ReturnType<typeof setTimeout> | undefined
    const frame = requestAnimationFrame(() => {
      const drawn = level.current
      const took = paint(drawn)
      if (took !== null) level.current = nextLevel(drawn, took)
      rest = setTimeout(() => {
        if (drawn > 0) paint(0)
        // Said once a hand rests, not with each frame: the whole editor is rendered for it.
        setWhole({ picture, operations })
      }, restMs)
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(rest)
    }
  }, [picture, operations, computed, size.width])

  const asked = computed ? null : said
  useEffect(() => {
    if (asked === null) return
    const aborting = new AbortController()
    const signal = AbortSignal.any([aborting.signal, ended])
    const ask = async () => {
      const whole: Operation[] = [...JSON.parse(asked), screenful]
      const query = formatPictureQuery({ steps: whole, output: { format: 'webp', quality: 90, frame: 0 } })
      if (query === null) throw new Error('too long')
      const blob = await pictureOf({ v: base, ...query }, signal)
      const url = URL.createObjectURL(blob)
      if (signal.aborted) return URL.revokeObjectURL(url)
      setRendition({ url, of: `${base} ${asked}` })
      setFault(null)
    }
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!signal.aborted) setFault({ text: explainError(error), passes: false })
      })
    }, askAfterMs)
    return () => {
      clearTimeout(timer)
      aborting.abort()
    }
  }, [pictureOf, ended, base, asked])

  const small = useMemo((): DrawSmall | null | undefined => {
    if (picture === null || !able) return able ? undefined : null
    const whole = { width: size.width, height: size.height }
    return (made) => (painter.current === null ? null : drawSmall(painter.current, picture, whole, made))
  }, [picture, able, size.width, size.height])

  const url = rendition?.url
  useEffect(() => () => void (url !== undefined && URL.revokeObjectURL(url)), [url])

  const drawn = computed && picture !== null && rendition === null
  const isWhole = whole?.picture === picture && whole?.operations === operations
  const current = computed ? drawn && isWhole : rendition?.of === `${base} ${asked}`
  return { canvas, rendition: url ?? null, current, waiting: !current && !drawn, fault, small }
}

const screenful: Operation = {
  op: 'resize',
  width: usualSide,
  height: usualSide,
  fit: 'inside',
  gravity: 'centre',
  enlarge: false,
  background: '00000000',
}
