import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
const projectsOf = (command: string): string[] =>
  [...(scripts[command] ?? '').matchAll(/--project (\S+)/g)].map(([, name]) => name ?? '').toSorted()

it('runs every project of tests, in CI by its own commands', async () => {
  const config = await readFile(join(root, 'vitest.config.ts'), 'utf8')
  const projects = [...config.matchAll(/\bname: '([a-z]+)'/g)].map(([, name]) => name).toSorted()
  const all = projects.filter((name) => name !== 'faults')
  expect(projects.length - all.length).toBe(1)
  for (const command of ['test', 'test:slow', 'test:all']) expect(projectsOf(command)).toEqual(all)
  const ci = await readFile(join(root, '.ci/run'), 'utf8')
  const commands = ['test:pure', 'test:rest', 'test:faults'].filter((command) => ci.includes(command))
  expect(commands.flatMap(projectsOf).toSorted()).toEqual(projects)
})
