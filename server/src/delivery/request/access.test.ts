import { parseParameters } from '@rendition/contract/recipe'
import { describe, expect, it } from 'vitest'
import { isOpen } from './access.ts'

const ladder = [640, 1080]
const open = (query: string, hinted = false): boolean =>
  isOpen(parseParameters(new URLSearchParams(query)), ladder, hinted)

describe('what anyone may ask of a public image', () => {
  it.each([
    '',
    'v=3',
    'preset=small',
    'preset=original&download=cat.jpg',
    'preset=small&format=auto&v=2',
    'width=640',
    'w=1080&format=auto&v=1',
    'format=auto',
    'width=auto',
    'width=640&gamut=auto&format=auto',
    'preset=small&gamut=auto',
  ])('allows %j', (query) => {
    expect(open(query)).toBe(true)
  })

  it.each([
    'width=641',
    'width=640&height=10',
    'width=640&dpr=2',
    'width=640&blur=3',
    'width=640&gamut=p3',
    'width=640&hdr=keep',
    'width=640&format=webp',
    'height=640',
    'preset=small&grayscale=1',
    'preset=small&width=640',
    'format=png',
    'quality=10',
    'grayscale=false',
    'width=auto&height=5',
  ])('wants a signature for %j', (query) => {
    expect(open(query)).toBe(false)
  })

  it('allows the pixel ratio only where a hint was snapped', () => {
    expect(open('width=640&dpr=2', true)).toBe(true)
    expect(open('width=333&dpr=2', true)).toBe(false)
  })
})
