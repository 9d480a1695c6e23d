/** A stretch of the gallery, in pixels from its top. Empty where it ends above its beginning. */
export interface Stretch {
  top: number
  bottom: number
}

/** What of the gallery is in the page. */
export interface GridWindow {
  /** Has tiles, of one colour each. */
  present: Stretch
  /** Of these, tiles with all that they show. They cost five times as much, so while one flings by there are none. */
  whole: Stretch
}

/** What is seen, and how fast it goes: pixels a millisecond, below 0 upwards. */
export interface View extends Stretch {
  speed: number
}

/** So far beyond the screen there are tiles already, and so far tiles that were there stay. */
const margin = 1200
const keep = 2000
/** Faster than a wheel is turned to look at what comes by; at 12 a row of pictures goes by with every frame. */
const flingSpeed = 6
/** Whole tiles a frame: two rows at most, as many as an office machine slowed four times makes in a frame and a half. */
const growth = 300

/** The window of the next frame, and whether there is more to do without anybody scrolling on. */
export function nextWindow(before: GridWindow | null, view: View): { window: GridWindow; settled: boolean } {
  const present = {
    top: clamp(before?.present.top ?? view.top, view.top - keep, view.top - margin),
    bottom: clamp(before?.present.bottom ?? view.bottom, view.bottom + margin, view.bottom + keep),
  }
  // What opens shows its first screen in one go.
  if (before === null) return { window: { present, whole: { ...view } }, settled: false }
  const left = {
    top: Math.max(before.whole.top, present.top),
    bottom: Math.min(before.whole.bottom, present.bottom),
  }
  if (Math.abs(view.speed) > flingSpeed) return { window: { present, whole: left }, settled: false }
  const whole = grow(left, view, present)
  const settled = view.speed === 0 && whole.top <= view.top - margin && whole.bottom >= view.bottom + margin
  return { window: { present, whole }, settled }
}

/** What is seen comes first, from its top or its bottom on, then what will be seen next. */
function grow(whole: Stretch, view: View, { top, bottom }: Stretch): Stretch {
  const seen = whole.bottom > view.top && whole.top < view.bottom && whole.bottom > whole.top
  const from = seen
    ? whole
    : view.speed < 0
      ? { top: view.bottom, bottom: view.bottom }
      : { top: view.top, bottom: view.top }
  let left = growth
  const up = (to: number, { top: at, bottom: end }: Stretch): Stretch => {
    const step = clamp(at - to, 0, left)
    left -= step
    return { top: at - step, bottom: end }
  }
  const down = (to: number, { top: at, bottom: end }: Stretch): Stretch => {
    const step = clamp(to - end, 0, left)
    left -= step
    return { top: at, bottom: end + step }
  }
  const inView = down(view.bottom, up(view.top, from))
  return view.speed < 0 ? down(bottom, up(top, inView)) : up(top, down(bottom, inView))
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))
