import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { readReleases } from './read-releases.ts'

it('reads versions with their sections, and entries over several lines', () => {
  const text = `# Changelog

What changes.

## 0.2.0

The second.

### Added
- Jobs of *all*, by \`GET /api/admin/jobs\`
  and on a page ([record 77](docs/adr/0077.md)).

- Another.
### Fixed

## 0.1.0
### Fixed
- One.
`
  expect(readReleases(text)).toEqual([
    {
      name: '0.2.0',
      sections: [
        {
          title: 'Added',
          entries: ['Jobs of all, by GET /api/admin/jobs and on a page (record 77).', 'Another.'],
        },
      ],
    },
    { name: '0.1.0', sections: [{ title: 'Fixed', entries: ['One.'] }] },
  ])
  expect(readReleases('')).toEqual([])
})

it('finds something in ours', async () => {
  const [newest] = readReleases(await readFile(new URL('../../../CHANGELOG.md', import.meta.url), 'utf8'))
  expect(newest?.sections.map(({ title }) => title)).toContain('Added')
})
