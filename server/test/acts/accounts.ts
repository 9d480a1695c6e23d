import { Secret, TOTP } from 'otpauth'
import { type Account, password, type Stage } from './stage.ts'
import type { Act } from './table.ts'

interface Tokens {
  accessToken: string
  refreshToken: string
  user: { id: string }
}
const account = ({ user, accessToken }: Tokens, name: string): Account => ({
  id: user.id,
  name,
  headers: { authorization: `Bearer ${accessToken}` },
})
const codeOf = (secret: string): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate()

/** Somebody with a second step that was just set up. */
async function withTwoStep({ call, join }: Stage) {
  const who = await join()
  const setUp = await call<{ secret: string }>('POST', '/api/auth/two-step/set-up', who, {
    currentPassword: password,
  })
  const confirmed = await call<{ recoveryCodes: string[] }>('POST', '/api/auth/two-step/confirm', who, {
    code: codeOf(setUp.body.secret),
  })
  return { who, confirmed, recoveryCodes: confirmed.body.recoveryCodes }
}
const logIn = async ({ call }: Stage, { name }: Account) =>
  call<Tokens & { challenge: string }>('POST', '/api/auth/login', null, { username: name, password })
const sessionOf = async (stage: Stage, who: Account): Promise<string> => {
  await logIn(stage, who)
  const { body } = await stage.call<{ items: { id: string; current: boolean }[] }>(
    'GET',
    '/api/auth/sessions',
    who,
  )
  return body.items.find(({ current }) => !current)?.id ?? ''
}
const tokenIn = ({ body }: { body: { url: string } }): string =>
  body.url.split('#').at(-1)?.split('=').at(-1) ?? ''
const invitation = async ({ call, admin }: Stage, email: string) =>
  call<{ id: string; url: string }>('POST', '/api/admin/invitations', admin, { email })

export const accountActs: Readonly<Record<string, Act | string>> = {
  'POST /api/auth/register': async ({ call }) => {
    const body = { username: 'newcomer', password }
    const answer = await call<Tokens>('POST', '/api/auth/register', null, body)
    const by = account(answer.body, 'newcomer')
    return {
      action: 'account.register',
      answer,
      by,
      targetId: by.id,
      details: { role: 'user', username: 'newcomer' },
    }
  },
  'POST /api/auth/login': async (stage) => {
    const by = await stage.join()
    return { action: 'session.start', answer: await logIn(stage, by), by, details: {} }
  },
  'POST /api/auth/refresh': 'goes on with a session; that it is used again is a `session.reuse`',
  'POST /api/auth/logout': async (stage) => {
    const by = await stage.join()
    const { refreshToken } = (await logIn(stage, by)).body
    const answer = await stage.call('POST', '/api/auth/logout', null, { refreshToken })
    return { action: 'session.revoke', answer, by, details: { by: 'device' } }
  },
  'POST /api/auth/verify': 'reads whose a token is',
  'DELETE /api/auth/sessions/:id': async (stage) => {
    const by = await stage.join()
    const id = await sessionOf(stage, by)
    const answer = await stage.call('DELETE', `/api/auth/sessions/${id}`, by)
    return { action: 'session.revoke', answer, by, targetId: id, details: {} }
  },
  'PATCH /api/auth/me': async ({ call, join }) => {
    const by = await join()
    const body = { username: `${by.name}-2`, password: 'another battery', currentPassword: password }
    const answer = await call('PATCH', '/api/auth/me', by, body)
    const details = { username: { from: by.name, to: `${by.name}-2` }, password: 'changed' }
    return { action: 'account.change', answer, by, targetId: by.id, details }
  },
  'DELETE /api/auth/me': async ({ call, join }) => {
    const by = await join()
    const answer = await call('DELETE', '/api/auth/me', by)
    return { action: 'account.delete', answer, by, targetId: by.id, details: {} }
  },
  'POST /api/auth/keys': async ({ call, ann }) => {
    const answer = await call('POST', '/api/auth/keys', ann, { name: 'script', scopes: ['images:read'] })
    const details = { name: 'script', scopes: ['images:read'], expiresAt: null }
    return { action: 'key.create', answer, by: ann, targetId: answer.body.id, details }
  },
  'DELETE /api/auth/keys/:id': async ({ call, ann }) => {
    const { id } = (await call('POST', '/api/auth/keys', ann, { name: 'old', scopes: ['images:read'] })).body
    const answer = await call('DELETE', `/api/auth/keys/${id}`, ann)
    const details = { name: 'old', scopes: ['images:read'], keys: 1 }
    return { action: 'key.delete', answer, by: ann, targetId: id, details }
  },
  'POST /api/auth/login/two-step': async (stage) => {
    const { who, recoveryCodes } = await withTwoStep(stage)
    const { challenge } = (await logIn(stage, who)).body
    const body = { challenge, code: recoveryCodes[0] }
    const answer = await stage.call('POST', '/api/auth/login/two-step', null, body)
    return { action: 'session.start', answer, by: who, details: {} }
  },
  'POST /api/auth/two-step/set-up': 'shows a secret; nothing asks for it before it is confirmed',
  'POST /api/auth/two-step/confirm': async (stage) => {
    const { who, confirmed } = await withTwoStep(stage)
    const details = { twoStep: { from: false, to: true } }
    return { action: 'two-step.on', answer: confirmed, by: who, targetId: who.id, details }
  },
  'POST /api/auth/two-step/recovery-codes': async (stage) => {
    const { who, recoveryCodes } = await withTwoStep(stage)
    const body = { code: recoveryCodes[0] }
    const answer = await stage.call('POST', '/api/auth/two-step/recovery-codes', who, body)
    return { action: 'two-step.codes', answer, by: who, targetId: who.id, details: {} }
  },
  'POST /api/auth/two-step/off': async (stage) => {
    const { who, recoveryCodes } = await withTwoStep(stage)
    const body = { currentPassword: password, code: recoveryCodes[0] }
    const answer = await stage.call('POST', '/api/auth/two-step/off', who, body)
    const details = { twoStep: { from: true, to: false } }
    return { action: 'two-step.off', answer, by: who, targetId: who.id, details }
  },
  'POST /api/auth/links/look': 'reads what a link is for',
  'POST /api/auth/password-reset':
    'mails a link to whoever has an account, and answers the same for everybody else',
  'POST /api/auth/password-reset/confirm': async (stage) => {
    const { call, join, admin } = stage
    const by = await join()
    const link = await call<{ url: string }>('POST', `/api/admin/users/${by.id}/password-link`, admin)
    const body = { token: tokenIn(link), password: 'another battery' }
    const answer = await call('POST', '/api/auth/password-reset/confirm', null, body)
    return {
      action: 'account.change',
      answer,
      by,
      targetId: by.id,
      details: { password: 'changed', by: 'link' },
    }
  },
  'POST /api/auth/invitations/accept': async (stage) => {
    const token = tokenIn(await invitation(stage, 'new@example.com'))
    const answer = await stage.call<Tokens>('POST', '/api/auth/invitations/accept', null, { token, password })
    const by = account(answer.body, 'new@example.com')
    return { action: 'account.register', answer, by, targetId: by.id, details: { role: 'user' } }
  },
  'POST /api/admin/users/:id/password-link': async ({ call, join, admin }) => {
    const { id } = await join()
    const answer = await call('POST', `/api/admin/users/${id}/password-link`, admin)
    return { action: 'user.password-link', answer, by: admin, targetId: id, details: {} }
  },
  'POST /api/admin/users/:id/sign-in-link': async ({ call, join, admin }) => {
    const { id } = await join()
    const answer = await call('POST', `/api/admin/users/${id}/sign-in-link`, admin)
    return { action: 'user.sign-in-link', answer, by: admin, targetId: id, details: {} }
  },
  'POST /api/admin/invitations': async (stage) => {
    const answer = await invitation(stage, 'guest@example.com')
    return {
      action: 'invitation.create',
      answer,
      by: stage.admin,
      targetId: answer.body.id,
      details: { role: 'user' },
    }
  },
  'DELETE /api/admin/invitations/:id': async (stage) => {
    const { id } = (await invitation(stage, 'nobody@example.com')).body
    const answer = await stage.call('DELETE', `/api/admin/invitations/${id}`, stage.admin)
    return { action: 'invitation.delete', answer, by: stage.admin, targetId: id, details: {} }
  },
  'POST /api/auth/email/verification': 'mails the link once more that was mailed when the address was set',
  'POST /api/auth/email/verify': { action: 'account.verify', seenIn: 'server/src/auth/verification.test.ts' },
  'PATCH /api/auth/notifications': async ({ call, ann }) => {
    const answer = await call('PATCH', '/api/auth/notifications', ann, { signIns: false })
    const details = { topics: { from: { signIns: true }, to: { signIns: false } } }
    return { action: 'account.notify', answer, by: ann, targetId: ann.id, details }
  },
  'POST /api/auth/providers/:id/start':
    'gives the address of the provider; the sign-in is written down when it comes back',
  'POST /api/auth/providers/:id/finish': {
    action: 'session.start',
    seenIn: 'server/src/auth/providers.test.ts',
  },
  'POST /api/auth/providers/:id/link':
    'gives the address of the provider; the link is written down when it comes back',
  'POST /api/auth/providers/:id/link/finish': {
    action: 'identity.link',
    seenIn: 'server/src/auth/providers.test.ts',
  },
  'DELETE /api/auth/identities/:id': {
    action: 'identity.unlink',
    seenIn: 'server/src/auth/providers.test.ts',
  },
  'POST /api/auth/sign-in-link': async ({ call, join, admin }) => {
    const by = await join()
    const link = await call<{ url: string }>('POST', `/api/admin/users/${by.id}/sign-in-link`, admin)
    const answer = await call('POST', '/api/auth/sign-in-link', null, { token: tokenIn(link) })
    return { action: 'session.start', answer, by, details: { by: 'link' } }
  },
  'PATCH /api/admin/users/:id': async ({ call, join, admin }) => {
    const { id } = await join()
    const body = { role: 'viewer', password: 'another battery', quota: { bytes: 5, images: null } }
    const answer = await call('PATCH', `/api/admin/users/${id}`, admin, body)
    const details = {
      role: { from: 'user', to: 'viewer' },
      quota: { from: { bytes: null, images: null }, to: { bytes: 5, images: null } },
      password: 'changed',
    }
    return { action: 'user.change', answer, by: admin, targetId: id, details }
  },
  'DELETE /api/admin/users/:id': async ({ call, join, admin }) => {
    const { id } = await join()
    const answer = await call('DELETE', `/api/admin/users/${id}`, admin)
    return { action: 'user.delete', answer, by: admin, targetId: id, details: {} }
  },
  'DELETE /api/admin/users/:id/two-step': async (stage) => {
    const { who } = await withTwoStep(stage)
    const answer = await stage.call('DELETE', `/api/admin/users/${who.id}/two-step`, stage.admin)
    const details = { twoStep: { from: true, to: false } }
    return { action: 'two-step.off', answer, by: stage.admin, targetId: who.id, details }
  },
  'POST /api/admin/users/:id/sign-out': async ({ call, join, admin }) => {
    const { id } = await join()
    const answer = await call('POST', `/api/admin/users/${id}/sign-out`, admin)
    return { action: 'user.change', answer, by: admin, targetId: id, details: { signedOut: true } }
  },
}
