import { describe, expect, it } from 'vitest'
import { pictureUrl } from './picture-url.ts'

const at = (url: string, origin: string) => pictureUrl({ url }, { origin })

describe("a picture's URL in the page", () => {
  it.each(['127.0.0.1:8080', 'localhost:1', '[::1]:8080', '127.1.2.3'])(
    'is at the page, not at %s',
    (host) => {
      expect(at(`http://${host}/images/a?width=8&sig=x`, 'http://box.lan:8080')).toBe(
        'http://box.lan:8080/images/a?width=8&sig=x',
      )
    },
  )

  it('is where the service says that it is known', () => {
    const url = 'https://pics.example.org/base/images/a?preset=small'
    expect(at(url, 'https://gallery.example.org')).toBe(url)
    expect(at('http://127.0.0.1.example.org/a', 'http://box.lan')).toBe('http://127.0.0.1.example.org/a')
  })
})
