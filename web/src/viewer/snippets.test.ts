import { expect, it } from 'vitest'
import { markdownOf, reactOf } from './snippets.ts'

it('writes Markdown that no name and no URL breaks', () => {
  expect(markdownOf('https://box/images/1?a=(1)', 'A [dog]\n\\ two')).toBe(
    '![A \\[dog\\] \\\\ two](https://box/images/1?a=%281%29)',
  )
})

it('writes JSX whose values are string literals', () => {
  const markup = {
    html: '',
    src: 'https://box/images/1?w=1&v=2',
    srcset: 'https://box/images/1?w=1 1w',
    sizes: '100vw',
    width: 3,
    height: 2,
    alt: 'He said "}" <b>',
    sources: [{ type: 'image/avif', srcset: 'x 1w' }],
    placeholder: null,
  }
  const text = reactOf(markup)
  expect(text).toContain('alt={"He said \\"}\\" <b>"}')
  expect(text).toContain('src={"https://box/images/1?w=1&v=2"}')
  expect(text).toContain('<source type={"image/avif"} srcSet={"x 1w"} sizes={"100vw"} />')
  expect(reactOf({ ...markup, srcset: '', sources: [] })).not.toContain('srcSet')
})
