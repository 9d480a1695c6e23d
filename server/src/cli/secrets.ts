import { createSecrets } from '../platform/data-folder/index.ts'
import type { Command } from './command.ts'

export const secrets: Command = {
  name: 'secrets',
  summary:
    'Prints new secrets for several processes to share as SECRETS or SECRETS_FILE. Keep the output safe.',
  options: {},
  examples: ['rendition secrets > secrets.json'],
  async run({ terminal }) {
    terminal.out(JSON.stringify(await createSecrets(), null, 2))
    return 0
  },
}
