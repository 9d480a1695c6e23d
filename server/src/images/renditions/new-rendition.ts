import { renditionKey } from '../../platform/storage/key.ts'
import type { NewRendition } from '../types.ts'
import { etagOf } from './etag.ts'

/** What a render gives of one output. */
export interface Picture {
  data: Uint8Array
  contentType: string
  format: string
  width: number
  height: number
}

/** The entry of an output for the ledger; its bytes belong under the entry's `storageKey`, before it is recorded. */
export function newRendition(
  of: Pick<NewRendition, 'imageId' | 'key' | 'kind' | 'name' | 'version' | 'presetSet' | 'hidden'>,
  { data, contentType, format, width, height }: Picture,
): NewRendition {
  return {
    ...of,
    storageKey: renditionKey(of.imageId, of.key),
    contentType,
    format,
    width,
    height,
    size: data.byteLength,
    etag: etagOf(data),
  }
}
