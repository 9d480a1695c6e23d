import { Images } from 'lucide-react'
import { expect, it } from 'vitest'
import { findCommands } from './commands.ts'

const command = (label: string, group = 'Go to', words?: string) => ({
  id: label,
  label,
  group,
  icon: Images,
  run() {},
  ...(words === undefined ? {} : { words }),
})
const commands = [
  command('Albums'),
  command('Zürich 2024', 'Album'),
  command('Dark', 'Appearance', 'theme night'),
  command('Upload photos', 'Do'),
]
const found = (text: string) => findCommands(commands, text).map(({ label }) => label)

it('shows all in their order until something is typed', () => {
  expect(found('  ')).toEqual(commands.map(({ label }) => label))
})

it('finds by every word, in any case, without accents, by group and by other words', () => {
  expect(found('zurich')).toEqual(['Zürich 2024'])
  expect(found('album 2024')).toEqual(['Zürich 2024'])
  expect(found('THEME')).toEqual(['Dark'])
  expect(found('theme upload')).toEqual([])
})

it('names that begin so come first', () => {
  expect(found('al')).toEqual(['Albums', 'Zürich 2024'])
  expect(findCommands([...commands].reverse(), 'al').map(({ label }) => label)).toEqual([
    'Albums',
    'Zürich 2024',
  ])
})
