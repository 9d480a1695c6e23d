import {
  type CSSProperties,
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { type ReactZoomPanPinchContentRef, TransformComponent, TransformWrapper } from 'react-zoom-pan-pinch'
import { wheelFactor } from './wheel-factor.ts'

export interface Zoom {
  /**
   * From the whole picture to its own pixels and back; around a point of the window, or around the middle. `most` is as far as it
   * goes at once.
   */
  toggle(around?: { x: number; y: number }, most?: number): void
  /** Goes on with that to its end, where something stopped it. */
  goOn(): void
}

interface ZoomableProps {
  ref: Ref<Zoom>
  /** Of the picture at one of its pixels to one of the page, in multiples of how it is shown whole. */
  actualScale: () => number
  /**
   * Now. The page scrolls, and a stroke brings the next picture, as long as all of this one is seen. Its room may grow with it, where
   * a picture that is whole leaves room for something else.
   */
  scale: number
  onScale: (scale: number) => void
  children: ReactNode
}

/** Whole is 1, and nothing is smaller. A picture with few pixels can be looked into as well. */
const leastMaximum = 4
const animationMs = 180

/** What is in it can be looked into by wheel, two fingers and a call, and moved about once it is larger than its room. */
export function Zoomable({ ref, actualScale, scale, onScale, children }: ZoomableProps) {
  const controls = useRef<ReactZoomPanPinchContentRef>(null)
  /** Of the room that it is whole in: its measures are those of that, however much room it has now. */
  const [wholeHeight, setWholeHeight] = useState<number | null>(null)
  const [asked, setAsked] = useState<{ scale: number; x: number; y: number; time: number } | null>(null)
  const scaleTo = (scale: number) => {
    const room = controls.current?.instance.wrapperComponent
    setWholeHeight((known) => (scale <= 1 ? null : (known ?? room?.offsetHeight ?? null)))
    onScale(scale)
  }
  useImperativeHandle(ref, () => ({
    toggle(around, most = Number.POSITIVE_INFINITY) {
      const { current } = controls
      const room = current?.instance.wrapperComponent
      if (current === null || room == null) return
      const time = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : animationMs
      if (current.instance.state.scale > 1) return setAsked({ scale: 1, x: 0, y: 0, time })
      const box = room.getBoundingClientRect()
      const { x, y } = around ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 }
      const actual = actualScale()
      const wanted = Math.min(most, actual > 1.05 ? actual : 2)
      scaleTo(wanted)
      setAsked({ scale: wanted, x: x - box.x, y: y - box.y, time })
    },
    // The library stops where it is when a finger comes down.
    goOn: () => setAsked((before) => before && { ...before }),
  }))
  // Also where it was stopped before it began.
  const sync = useEffectEvent(() => scaleTo(controls.current?.instance.state.scale ?? 1))
  // Once it has the room that it will have, which how far it can be moved goes by; what was scrolled is scrolled back by then.
  useEffect(() => {
    const { current } = controls
    const box = current?.instance.wrapperComponent?.getBoundingClientRect()
    if (asked === null || current === null || box === undefined) return
    const { scale, x, y, time } = asked
    // Its own way back would be to the middle of the room as it is now, which is not the one that it is whole in.
    if (scale === 1) void current.setTransform(0, 0, 1, time)
    else void current.zoomToPoint(scale, box.x + x, box.y + y, time).then(sync)
  }, [asked])
  // The library adds to the scale, 1.8 with each notch: one notch here multiplies, so that each is seen to do the same.
  useEffect(() => {
    const wrapper = controls.current?.instance.wrapperComponent
    if (wrapper == null) return
    let wanted = 1
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { current } = controls
      if (current === null) return
      const { scale: now } = current.instance.state
      // It keeps two decimals, and a hand on a pad moves by less.
      const from = Math.abs(wanted - now) < 0.006 ? wanted : now
      wanted = Math.max(1, from * wheelFactor(event))
      void current.zoomToPoint(wanted, event.clientX, event.clientY, 0)
    }
    wrapper.addEventListener('wheel', onWheel, { passive: false })
    return () => wrapper.removeEventListener('wheel', onWheel)
  }, [])
  // A phone that is turned shows it whole in another room.
  useEffect(() => {
    const turned = matchMedia('(orientation: portrait)')
    const onTurned = () => void controls.current?.setTransform(0, 0, 1, 0)
    turned.addEventListener('change', onTurned)
    return () => turned.removeEventListener('change', onTurned)
  }, [])
  return (
    <TransformWrapper
      ref={controls}
      minScale={1}
      maxScale={Math.max(leastMaximum, 2 * actualScale())}
      centerOnInit
      centerZoomedOut
      doubleClick={{ disabled: true }}
      wheel={{ disabled: true }}
      panning={{ disabled: scale <= 1, velocityDisabled: true }}
      onTransform={(_, to) => scaleTo(to.scale)}
    >
      <TransformComponent
        wrapperClass="size-full!"
        // The measures of what is in it are of this: cqw and cqh.
        contentClass="size-full! max-lg:h-[var(--whole,100%)]! grid! place-items-center [container-type:size]"
        contentStyle={wholeHeight === null ? {} : ({ '--whole': `${wholeHeight}px` } as CSSProperties)}
      >
        {children}
      </TransformComponent>
    </TransformWrapper>
  )
}
