import { writeFile } from 'node:fs/promises'
import { createSecrets } from '../platform/data-folder/index.ts'
import type { Command } from './command.ts'

export const secrets: Command = {
  name: 'secrets',
  summary: 'Makes new secrets for several processes to share as SECRETS or SECRETS_FILE.',
  options: {
    out: {
      value: 'FILE',
      description:
        'Write them there, for its owner alone (0600). An existing file is left as it is. Printed without.',
    },
  },
  examples: ['rendition secrets --out secrets.json'],
  async run({ values, terminal }) {
    const text = JSON.stringify(await createSecrets(), null, 2)
    if (typeof values.out !== 'string') {
      terminal.out(text)
      return 0
    }
    // Not by a shell's `>`: that file is readable by everybody under the usual umask, from its first byte.
    await writeFile(values.out, `${text}\n`, { mode: 0o600, flag: 'wx' }).catch(
      (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EEXIST') throw cause
        throw new Error(`${values.out} exists. Secrets in use are not overwritten: remove it first.`, {
          cause,
        })
      },
    )
    return 0
  },
}
