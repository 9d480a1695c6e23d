import type { MailWords } from './words.ts'

export const english: MailWords = {
  reset: (host) => ({
    subject: `A new password for ${host}`,
    lead: `Somebody, probably you, asked for a new password for your account at ${host}.`,
    action: 'Choose a new password',
    notes: [
      'The link is good once, for an hour. All devices are signed out then.',
      'You did not ask? Then do nothing: your password stays as it is.',
    ],
  }),
  invite: (host, days) => ({
    subject: `An account for you at ${host}`,
    lead: `You are invited to ${host}, where pictures are kept and shown in every size.`,
    action: 'Create your account',
    notes: [
      `The link is good once, for ${days} days.`,
      'You expected nothing of the kind? Then do nothing: no account is made.',
    ],
  }),
  verify: (host, days) => ({
    subject: `Verify your address at ${host}`,
    lead: `Somebody, probably you, wants to use this address for an account at ${host}.`,
    action: 'Verify the address',
    notes: [
      `The link is good once, for ${days} days, for who is signed in to that account.`,
      'It is not your account? Then do nothing: the address stays unverified there.',
    ],
  }),
  notice: {
    subject: {
      signIns: (host) => `A new sign-in at ${host}`,
      security: (host) => `Your account was changed at ${host}`,
      files: (host) => `Your files at ${host}`,
      quota: (host) => `Your space is nearly used up at ${host}`,
    },
    lead: (host) => `This happened to your account at ${host}:`,
    action: 'Look at your account',
    alarm: 'It was not you? Sign in, choose another password, and sign other devices out under Account.',
    choice: 'Which of these mails you get is set there, under Notifications.',
    told: {
      'session.start': 'a sign-in from a device that was not seen before',
      'account.verify': 'the address was changed',
      'two-step.on': 'two-step sign-in was switched on',
      'two-step.codes': 'new recovery codes were made',
      'two-step.off': 'two-step sign-in was switched off',
      'key.create': 'an API key was made',
      'identity.link': 'a provider was linked, which signs in to the account',
      'identity.unlink': 'the link of a provider was taken off',
      'user.password-link': 'a link to set a new password by was made',
      'user.sign-in-link': 'a link that signs in was made',
      'export.ready': 'an export is ready to be downloaded',
      'export.failed': 'an export failed',
    },
    changed: {
      password: 'the password was changed',
      email: 'the address was changed',
      role: 'its role was changed',
      deactivated: 'it was deactivated',
      activated: 'it was activated',
      signedOut: 'it was signed out everywhere',
      other: 'it was changed',
    },
    jobFailed: { import: 'an import failed', unpack: 'unpacking an archive failed' },
    quota: (percent) => `${percent} % of what the account may keep are used`,
    byOther: 'by an administrator or the operator',
    device: (program, system) => `${program} on ${system}`,
  },
  openAddress: 'Or open this address:',
}
