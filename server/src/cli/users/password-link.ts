import { linkCommand } from './link-command.ts'

export const passwordLink = linkCommand(
  {
    name: 'users password-link',
    summary: 'Makes a link by which the owner of an account sets a new password: good once, for an hour.',
  },
  (operator, name, publicUrl) => operator.makePasswordLink(name, publicUrl),
  (name) => `sets the password of ${name}`,
)
