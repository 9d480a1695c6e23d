import { linkCommand } from './link-command.ts'

export const signInLink = linkCommand(
  {
    name: 'users sign-in-link',
    summary:
      'Makes a link that signs in to an account: good once, for fifteen minutes. The way back where no OpenID provider answers.',
  },
  (operator, name, publicUrl) => operator.makeSignInLink(name, publicUrl),
  (name) => `is signed in as ${name}`,
)
