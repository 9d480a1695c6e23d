import type { Releases } from '@rendition/contract'

type Release = Releases['items'][number]

/** Versions that are shown; the file has them all. */
const mostReleases = 5
const mostEntries = 200

/**
 * The newest versions of a changelog: `## name`, `### section`, and `- ` entries that go on over lines. Links become their
 * text and a dot: what is read here is read in the page, beside the documents or far from them.
 */
export function readReleases(text: string): Release[] {
  const releases: Release[] = []
  for (const line of text.split(/\r?\n/)) {
    const release = releases.at(-1)
    const section = release?.sections.at(-1)
    if (line.startsWith('## ')) releases.push({ name: line.slice(3).trim(), sections: [] })
    else if (line.startsWith('### ')) release?.sections.push({ title: line.slice(4).trim(), entries: [] })
    else if (line.startsWith('- ')) section?.entries.push(line.slice(2))
    else if (/^ {2}\S/.test(line) && section !== undefined && section.entries.length > 0) {
      section.entries.push(`${section.entries.pop() ?? ''} ${line.trim()}`)
    }
  }
  return releases
    .slice(0, mostReleases)
    .map(({ name, sections }) => ({
      name,
      sections: sections
        .filter(({ entries }) => entries.length > 0)
        .map(({ title, entries }) => ({ title, entries: entries.slice(0, mostEntries).map(withoutMarks) })),
    }))
    .filter(({ sections }) => sections.length > 0)
}

/** Where an entry sends people for more is of no use where the documents are not. */
const withoutMarks = (entry: string): string =>
  entry
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .trim()
