import { createHash } from 'node:crypto'
import { Failure } from '@rendition/contract'
import type { NewRendition, Placeholder, RenditionKind, WorkPlan } from '../images/index.ts'
import { renditionKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { RenderResult } from '../rendering/port.ts'
import type { Attempt, WorkContext } from './context.ts'

export interface Rendered {
  made: NewRendition[]
  placeholder: Placeholder | null
}

/**
 * Renders what a plan is missing in one go from the local original, and puts the results under their deterministic
 * keys: a second attempt writes the same bytes to the same places.
 */
export async function renderMissing(
  context: WorkContext,
  attempt: Attempt,
  plan: WorkPlan,
  kind: RenditionKind,
  wantPlaceholder: boolean,
): Promise<Rendered> {
  if (plan.missing.length === 0 && !wantPlaceholder) return { made: [], placeholder: null }
  const { storage, rendering, config, onStep } = context
  const { job, signal } = attempt
  const assets = await readAssets(storage, plan, signal)
  attempt.progress(0.1)
  await using original = await storage.open(plan.version.original.key, { signal })
  const { width, height, frames } = plan.version.original
  const outputs = plan.missing.map(({ key, recipe }) => ({ name: key, recipe }))
  onStep?.('job.rendering')
  const rendered = await rendering.render(
    {
      source: { file: original.path },
      outputs,
      assets,
      focalPoint: plan.image.focalPoint,
      placeholder: wantPlaceholder && isOriginal(plan),
    },
    { timeoutMs: config.renderTimeoutMs, signal, lane: job.priority, size: { width, height, frames } },
  )
  onStep?.('job.rendered')
  attempt.progress(0.8)
  const made = await storeOutputs(context, attempt, plan, kind, rendered)
  onStep?.('job.stored')
  attempt.progress(0.95)
  const placeholder = wantPlaceholder ? await placeholderFor(context, attempt, plan, rendered) : null
  return { made, placeholder }
}

/** Whether the outputs show the original's picture and not an edited one. */
const isOriginal = (plan: WorkPlan): boolean =>
  plan.version.recipe === null && plan.missing.every(({ name }) => name !== null)

/**
 * The decode that makes the outputs gives the placeholder of the original. That of an edited picture is made from
 * the picture itself.
 */
async function placeholderFor(
  { rendering, config }: WorkContext,
  { job, signal }: Attempt,
  plan: WorkPlan,
  { outputs, placeholder }: RenderResult,
): Promise<Placeholder | null> {
  if (isOriginal(plan)) return placeholder
  const picture = plan.missing.find(({ name }) => name === null)
  const whole = outputs.find(({ name }) => name === picture?.key)
  const [largest] = [...outputs].sort((a, b) => b.width * b.height - a.width * a.height)
  const shown = whole ?? largest
  if (shown === undefined) return null
  const result = await rendering.render(
    { source: { bytes: shown.data }, outputs: [], placeholder: true },
    { timeoutMs: config.renderTimeoutMs, signal, lane: job.priority },
  )
  return result.placeholder
}

async function storeOutputs(
  { storage }: WorkContext,
  { signal }: Attempt,
  plan: WorkPlan,
  kind: RenditionKind,
  { outputs }: RenderResult,
): Promise<NewRendition[]> {
  const imageId = plan.image.id
  return Promise.all(
    outputs.map(async (output): Promise<NewRendition> => {
      const wanted = plan.missing.find(({ key }) => key === output.name)
      if (wanted === undefined) throw new Failure('internal')
      const key = renditionKey(imageId, wanted.key)
      const { data, contentType, format, width, height } = output
      await storage.put(key, data, { contentType, signal })
      return {
        imageId,
        key: wanted.key,
        kind,
        name: wanted.name,
        version: plan.version.version,
        storageKey: key,
        format,
        contentType,
        width,
        height,
        size: data.byteLength,
        etag: etagOf(data),
      }
    }),
  )
}

/** Strong, of the bytes. */
function etagOf(data: Uint8Array): string {
  return `"${createHash('sha256').update(data).digest('base64url').slice(0, 32)}"`
}

async function readAssets(
  storage: Storage,
  { assets }: WorkPlan,
  signal: AbortSignal,
): Promise<Record<string, Uint8Array>> {
  const entries = await Promise.all(
    assets.map(async ({ imageId, storageKey }) => {
      const chunks: Buffer[] = []
      for await (const chunk of await storage.get(storageKey, { signal })) chunks.push(chunk as Buffer)
      return [imageId, Buffer.concat(chunks)] as const
    }),
  )
  return Object.fromEntries(entries)
}
