import type { LucideIcon } from 'lucide-react'

/** Something that can be done from the palette. */
export interface Command {
  id: string
  label: string
  /** What kind of thing it is, shown beside it. */
  group: string
  icon: LucideIcon
  /** Other words it is found by. */
  words?: string
  run: () => void
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** The commands that hold every word of `text`: those whose name begins so first, else in their own order. */
export function findCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = plain(text).split(/\s+/).filter(Boolean)
  const found = commands.filter(({ label, group, words }) => {
    const all = plain(`${label} ${group} ${words ?? ''}`)
    return wanted.every((word) => all.includes(word))
  })
  const first = wanted[0]
  if (first === undefined) return found
  const begins = ({ label }: Command): boolean => plain(label).startsWith(first)
  return [...found.filter(begins), ...found.filter((command) => !begins(command))]
}
