import { expect, test } from 'vitest'
import { escapeMarkup } from './markup.ts'

test('every character of markup is text', () => {
  expect(escapeMarkup('<a href="x">&\'')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;')
})
