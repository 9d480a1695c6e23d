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

  it.each(['docs/one-request.md', 'docs/one-upload.md'])('%s names files that are there', async (name) => {
    const text = await readFile(join(root, name), 'utf8')
    const named = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path)
    expect(named.length).toBeGreaterThan(10)
    const missing: string[] = []
    for (const path of named) {
      const places = [join(root, 'server/src', path), join(root, path)]
      const found = await Promise.all(
        places.map((place) =>
          access(place).then(
            () => true,
            () => false,
          ),
        ),
      )
      if (!found.includes(true)) missing.push(path)
    }
    expect(missing).toEqual([])
  })
})
