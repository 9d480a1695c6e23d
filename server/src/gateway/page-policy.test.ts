import { describe, expect, it } from 'vitest'
import { pagePolicy } from './page-policy.ts'

const sources = (urls: string[]) => /img-src ([^;]*)/.exec(pagePolicy(urls))?.[1]

describe('the policy of pages', () => {
  it('lets pictures come from the page itself alone, unless they are said to lie elsewhere', () => {
    expect(sources([])).toBe("'self' blob: data:")
  })

  it('names every origin of pictures once, without its path', () => {
    const urls = [
      'https://pics.example.org/base',
      'https://s3.example.org/pictures',
      'https://s3.example.org',
    ]
    expect(sources(urls)).toBe("'self' blob: data: https://pics.example.org https://s3.example.org")
  })
})
