import { afterEach, beforeEach, vi } from 'vitest'
import { chooseLanguage } from '../language.ts'

/** Lets each test of a file choose the page's language, where there is no browser to hold the choice; English before each. */
export function withPageLanguage(): void {
  beforeEach(() => {
    vi.stubGlobal('document', { documentElement: {}, querySelector: () => null })
    vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} })
  })
  afterEach(async () => {
    await chooseLanguage('en')
    vi.unstubAllGlobals()
  })
}
