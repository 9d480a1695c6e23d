/** Of one event, however hard somebody turns: a notch of most wheels is 120. */
const most = 240
/** Browsers that count lines have three of them in a notch. */
const pixelsOfLine = 40

/**
 * By what a picture grows with an event of a wheel. Two fingers that part on a pad are heard as a wheel with Ctrl, in steps of a
 * few pixels.
 */
export function wheelFactor({
  deltaY,
  deltaMode,
  ctrlKey,
}: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  // 0 is pixels, 1 lines, 2 pages.
  const pixels = deltaMode === 0 ? deltaY : deltaMode === 1 ? deltaY * pixelsOfLine : Math.sign(deltaY) * most
  const within = Math.min(most, Math.max(-most, pixels))
  return Math.exp(-within * (ctrlKey && Math.abs(within) < 60 ? 0.01 : 0.002))
}
