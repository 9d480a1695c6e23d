import { describe, expect, it } from 'vitest'
import { type GridWindow, nextWindow, type View } from './grid-window.ts'

const view = (top: number, speed = 0): View => ({ top, bottom: top + 900, speed })

/** Frame after frame of a gallery that is scrolled so. */
function after(views: readonly View[]): { window: GridWindow; settled: boolean } {
  let last: ReturnType<typeof nextWindow> | null = null
  for (const one of views) last = nextWindow(last?.window ?? null, one)
  if (last === null) throw new Error('no frames')
  return last
}
const resting = (top: number, frames: number) => Array.from({ length: frames }, () => view(top))

describe('the window of the gallery', () => {
  it('shows the first screen whole at once, and what lies around it in the frames after', () => {
    const first = after([view(0)])
    expect(first.window.whole).toMatchObject({ top: 0, bottom: 900 })
    expect(first.settled).toBe(false)
    const { window, settled } = after(resting(0, 12))
    expect(settled).toBe(true)
    expect(window.whole.bottom).toBeGreaterThanOrEqual(900 + 1200)
  })

  it('makes no whole tiles while one flings, and those in view first when it ends', () => {
    const flung = Array.from({ length: 40 }, (_, frame) => view(frame * 200, 12))
    const flying = after([...resting(0, 12), ...flung])
    const at = 39 * 200
    expect(flying.window.present).toMatchObject({
      bottom: expect.toSatisfy((bottom) => bottom >= at + 900 + 1200),
    })
    expect(flying.window.whole.bottom).toBeLessThan(flying.window.present.bottom)
    expect(flying.window.whole.bottom).toBeLessThan(at)
    const ended = after([...resting(0, 12), ...flung, ...resting(at, 3)])
    expect(ended.window.whole).toEqual({ top: at, bottom: at + 900 })
  })

  it('keeps up with a wheel that turns steadily', () => {
    const frames = Array.from({ length: 200 }, (_, frame) => view(frame * 50, 3))
    const { window } = after([...resting(0, 12), ...frames])
    expect(window.whole.bottom).toBeGreaterThanOrEqual(199 * 50 + 900 + 1000)
  })

  it('begins anew where one jumps to, and lets go of where one was', () => {
    const { window } = after([...resting(0, 12), view(500_000, 30_000), ...resting(500_000, 3)])
    expect(window.present.top).toBeGreaterThanOrEqual(500_000 - 2000)
    expect(window.whole).toEqual({ top: 500_000, bottom: 500_900 })
  })

  it('lets tiles stay a while when one turns back and forth', () => {
    const down = after([...resting(3000, 20), view(3400, 1)])
    expect(down.window.present.top).toBe(3000 - 1200)
  })

  it('is never larger than what may stay around the screen', () => {
    let last: GridWindow | null = null
    for (let frame = 0; frame < 300; frame++) {
      const top = 20_000 + Math.round(Math.sin(frame / 9) * 8000)
      last = nextWindow(last, view(top, (frame % 17) - 8)).window
      expect(last.present.top).toBeGreaterThanOrEqual(top - 2000)
      expect(last.present.bottom).toBeLessThanOrEqual(top + 900 + 2000)
      expect(last.whole.top).toBeGreaterThanOrEqual(last.present.top)
      expect(last.whole.bottom).toBeLessThanOrEqual(Math.max(last.present.bottom, last.whole.top))
    }
  })
})
