import type {
  PresetEstimate,
  PresetSetListQuery,
  PresetSetPage,
  PresetSetView,
  PresetStateView,
} from '@rendition/contract'
import type { PresetChange, PresetEstimateRequest } from '@rendition/contract/recipe'
import type { Asking } from './asking.ts'
import type { Call, Transport } from './transport.ts'

/** The presets, and what a change of them names as `match`. */
export interface PresetsAsked {
  state: PresetStateView
  etag: string
}

/**
 * Presets of the installation. Everybody reads what is in force; the rest is for administrators, and 409
 * `presets_configured` where the variable PRESETS is set.
 */
export interface PresetsPart {
  get(asking?: Asking): Promise<PresetsAsked>
  /** All of them anew. They come in force when their pictures are made. 412 `precondition_failed` after another change. */
  change(change: PresetChange, match: string, asking?: Asking): Promise<PresetsAsked>
  estimate(request: PresetEstimateRequest, asking?: Asking): Promise<PresetEstimate>
  sets(query?: PresetSetListQuery, asking?: Asking): Promise<PresetSetPage>
  set(version: number, asking?: Asking): Promise<PresetSetView>
  /** Makes the presets of an earlier set the next ones; of the one in force, it ends what is being made. */
  restore(version: number, match: string, asking?: Asking): Promise<PresetsAsked>
}

export function createPresets({ json, send, checked }: Transport): PresetsPart {
  const root = '/api/presets'
  const ask = async (call: Call): Promise<PresetsAsked> => {
    const answer = await send(call)
    const state = checked<PresetStateView>('PresetState', await answer.json())
    return { state, etag: answer.headers.get('etag') ?? '' }
  }
  return {
    get: ({ signal } = {}) => ask({ method: 'GET', path: root, signal }),
    change: (body, match, { signal } = {}) =>
      ask({ method: 'PUT', path: root, body, headers: { 'if-match': match }, signal }),
    estimate: (body, { signal } = {}) =>
      json('PresetEstimate', { method: 'POST', path: `${root}/estimate`, body, signal }),
    sets: (query, { signal } = {}) =>
      json('PresetSetPage', { method: 'GET', path: `${root}/sets`, query, signal }),
    set: (version, { signal } = {}) =>
      json('PresetSet', { method: 'GET', path: `${root}/sets/${version}`, signal }),
    restore: (version, match, { signal } = {}) =>
      ask({
        method: 'POST',
        path: `${root}/sets/${version}/restore`,
        headers: { 'if-match': match },
        signal,
      }),
  }
}
