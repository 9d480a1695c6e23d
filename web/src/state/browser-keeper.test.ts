import { afterEach, expect, it, vi } from 'vitest'
import { forgetUploads } from './browser-keeper.ts'

afterEach(() => void vi.unstubAllGlobals())

it('removes what others left, also where the browser does not say which databases there are', async () => {
  const open = vi.fn(() => {
    throw new Error('looked into')
  })
  vi.stubGlobal('indexedDB', { open })
  await forgetUploads(null)
  expect(open).toHaveBeenCalledWith('rendition-uploads', 1)
})
