import { describe, expect, it } from 'vitest'
import { acceptedFormats } from '../request/accept.ts'
import { chooseFormat } from './choose-format.ts'

describe('format=auto', () => {
  const chrome = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8'
  const still = { animated: false, transparent: false, avifExists: false }
  it.each([
    [chrome, still, 'webp'],
    [chrome, { ...still, avifExists: true }, 'avif'],
    [chrome, { animated: true, transparent: false, avifExists: true }, 'webp'],
    ['image/webp;q=0, image/*', still, 'jpeg'],
    ['*/*', still, 'jpeg'],
    [undefined, { ...still, transparent: true }, 'png'],
    ['image/png', { ...still, animated: true }, 'gif'],
    ['IMAGE/WebP', still, 'webp'],
    ['Image/WEBP;Q=0', still, 'jpeg'],
  ])('%s → %j', (accept, picture, format) => {
    expect(chooseFormat(acceptedFormats(accept), picture).format).toBe(format)
  })
})
