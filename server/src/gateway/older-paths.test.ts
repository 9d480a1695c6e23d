import { describe, expect, it } from 'vitest'
import { rewriteOlderPath } from './older-paths.ts'

describe('rewriteOlderPath', () => {
  it.each([
    ['POST', '/auth/login', '/api/auth/login'],
    ['GET', '/auth/verify?x=1', '/api/auth/verify?x=1'],
    ['POST', '/images/upload', '/api/images/upload'],
    ['GET', '/images?limit=2', '/api/images?limit=2'],
    ['POST', '/images/', '/api/images'],
    ['POST', '/images/transform/abc', '/api/images/abc/transform'],
    ['GET', '/images/transformedImage/abc', '/api/jobs/abc/result'],
    ['POST', '/auth/register', '/api/auth/register'],
    ['HEAD', '/images/upload', '/api/images/upload'],
    ['DELETE', '/images/transform/abc', '/api/images/abc/transform'],
  ])('%s %s becomes %s', (method, from, to) => {
    expect(rewriteOlderPath(method, from)).toBe(to)
  })

  it.each([
    ['GET', '/images/0198-abc?width=3'],
    ['GET', '/authors'],
    ['GET', '/api/images'],
    ['DELETE', '/images/abc'],
  ])('%s %s stays', (method, url) => {
    expect(rewriteOlderPath(method, url)).toBe(url)
  })
})
