import { NetworkError } from '@rendition/client'
import { expect, it } from 'vitest'
import type { Upload, UploadState } from '../state/upload.ts'
import { speedOf, summarize } from './summary.ts'

const upload = (state: UploadState, part: Partial<Upload> = {}): Upload => ({
  key: 0,
  id: 'a',
  file: new File(['12345678'], 'a.jpg'),
  state,
  sent: 0,
  rendered: 0,
  imageId: null,
  error: null,
  address: null,
  broken: 0,
  url: null,
  folder: null,
  unpacked: null,
  kept: false,
  ...part,
})
const brokenOff = upload('waiting', { error: new NetworkError('cut off') })

it.each<[string, Upload[], boolean, string]>([
  ['on its way', [upload('uploading'), upload('waiting')], true, 'Uploading 2 photos'],
  ['without a network', [upload('waiting')], false, 'Waiting to upload 1 photo'],
  ['without a service', [brokenOff, upload('waiting')], true, 'Waiting to upload 2 photos'],
  ['going on', [brokenOff, upload('uploading')], true, 'Uploading 2 photos'],
  ['sent', [upload('processing'), upload('ready')], true, 'Making sizes of 1 photo'],
  ['over', [upload('ready'), upload('rejected'), upload('failed')], true, '1 uploaded, 2 not'],
  ['all refused', [upload('rejected')], true, '1 file not uploaded'],
  ['well', [upload('ready'), upload('cancelled')], true, '1 photo uploaded'],
])('says in one line: %s', (_what, uploads, online, title) => {
  expect(summarize(uploads, online).title).toBe(title)
})

it('counts the bytes of what is or was on its way', () => {
  const uploads = [upload('uploading', { sent: 0.5 }), upload('ready', { sent: 1 }), upload('rejected')]
  expect(summarize(uploads, true)).toMatchObject({ active: 1, trouble: 1, ready: 1, sent: 0.75 })
})

it('says what is paused, and how long the rest takes', () => {
  expect(summarize([upload('paused'), upload('ready')], true)).toMatchObject({
    active: 1,
    going: 0,
    paused: 1,
    title: 'Paused: 1 photo',
  })
  expect(speedOf(null, 10)).toBeNull()
  expect(speedOf(1_200_000, 12_000_000)).toBe('1.2 MB/s · 10 s left')
  expect(speedOf(1_000, 7_500_000)).toBe('1.0 kB/s · 2 h 5 min left')
})
