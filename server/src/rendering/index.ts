export { readCurve, settleQuality } from '../imaging/rules.ts'
export { createRendering, type RenderingOptions, type TaskEvent } from './create-rendering.ts'
export type { Rendering, RenderOptions } from './port.ts'
