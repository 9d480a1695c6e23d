import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { snippetsOf } from './snippets.ts'

const id = '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'
const of = {
  id,
  url: `https://img.example/images/${id}?width=40&watermarkText=it%27s`,
  signed: true,
  parameters: {
    width: '40',
    watermarkText: `it's "ours" \\`,
    grayscale: 'true',
    download: 'true',
    format: 'auto',
  },
  size: { width: 40, height: 30 },
  alt: `A "quoted" <name> & 'more'`,
  origin: 'https://img.example',
  version: 2,
}
const codeOf = (name: string, more = {}) =>
  snippetsOf({ ...of, ...more }).find((snippet) => snippet.name === name)?.code ?? ''

/** What a JavaScript engine makes of a literal. */
const meaningOf = (literal: string): unknown => runInNewContext(`(${literal})`)

test('attributes of HTML hold any text', () => {
  expect(codeOf('HTML')).toBe(
    `<img src="https://img.example/images/${id}?width=40&amp;watermarkText=it%27s" width="40" height="30" alt="A &quot;quoted&quot; &lt;name&gt; &amp; &#39;more&#39;" loading="lazy">`,
  )
})

test('literals of JavaScript mean the text that was given', () => {
  const alt = /alt=\{(.*)\}/.exec(codeOf('React'))?.[1] ?? ''
  expect(meaningOf(alt)).toBe(of.alt)
  const parameters = /parameters: (\{[^}]*\})/.exec(codeOf('Client'))?.[1] ?? ''
  expect(meaningOf(parameters)).toEqual({
    width: 40,
    watermarkText: of.parameters.watermarkText,
    grayscale: true,
    download: true,
    format: 'auto',
  })
})

test('a job gets the picture alone, as JSON that a shell leaves alone', () => {
  const body = /-d '(.*)'$/s.exec(codeOf('Job'))?.[1]?.replaceAll("'\\''", "'") ?? ''
  expect(JSON.parse(body)).toEqual({
    width: 40,
    watermarkText: of.parameters.watermarkText,
    grayscale: true,
    saveImage: false,
  })
})

test('without a signature the caller says who asks', () => {
  expect(codeOf('curl')).not.toContain('X-API-Key')
  expect(codeOf('curl', { signed: false })).toContain('X-API-Key')
  expect(codeOf('Next', { signed: false })).toContain(`src="${id}?v=2"`)
  expect(codeOf('Next', { size: null })).toContain('fill')
})
