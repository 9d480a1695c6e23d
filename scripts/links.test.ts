import { access, readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

async function documents(): Promise<string[]> {
  const docs = await readdir(join(root, 'docs'), { recursive: true })
  return ['README.md', 'DEVELOPERS.md', 'CHANGELOG.md', ...docs.map((name) => join('docs', name))]
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, name))
}

/** GitHub's anchors: lower case, words joined by hyphens, punctuation gone. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

async function anchorsOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8')
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)]
}

describe('the documents', async () => {
  const files = await documents()

  it.each(files.map((file) => relative(root, file)))('%s has links that lead somewhere', async (name) => {
    const file = join(root, name)
    const text = (await readFile(file, 'utf8')).replace(/```[\s\S]*?```/g, '')
    const dangling: string[] = []
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const there = path === '' ? file : join(dirname(file), path)
      const found = await access(there).then(
        () => anchor === undefined || anchorsOf(there).then((anchors) => anchors.includes(anchor)),
        () => false,
      )
      if (!found) dangling.push(target)
    }
    expect(dangling).toEqual([])
  })
})
