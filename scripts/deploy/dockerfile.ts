import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from 'dockerfile-utils'
import { deployFolder, root } from './documents.ts'

/** What is wrong with the Dockerfile: its syntax, and what it copies from the tree. */
export function dockerfileFaults(text = readFileSync(join(deployFolder, 'Dockerfile'), 'utf8')): string[] {
  const faults = validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`)
  const instructions = text.replace(/\\\n/g, ' ').split('\n')
  for (const instruction of instructions) {
    const [, flags = '', paths = ''] = /^COPY ((?:--\S+ )*)(.*)$/.exec(instruction) ?? []
    if (paths === '' || flags.includes('--from')) continue
    for (const path of paths.split(' ').slice(0, -1)) {
      if (!existsSync(join(root, path))) faults.push(`COPY ${path}: there is no such file`)
    }
  }
  const stages = text.split(/^FROM /m)
  const last = stages.at(-1) ?? ''
  if (!/^USER (?!root|0)\S+/m.test(last)) faults.push('the image runs as root')
  if (!/^HEALTHCHECK /m.test(last)) faults.push('the image has no health check')
  return faults
}
