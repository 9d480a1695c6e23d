// @module-tag slow/pages
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Api, createApi } from '../api.ts'
import { jpeg } from '../pictures.ts'
import { type Service, startService } from '../service.ts'
import { launchBrowser, skipNote, withoutChromium } from './browser.ts'
import { holdPage, openAs } from './console-steps.ts'

/** Pages that need a service of their own: one that reaches this machine, and whose administrator is known. */
describe.skipIf(withoutChromium)(`the console of a whole service${skipNote}`, { timeout: 180_000 }, () => {
  let browser: Browser
  let service: Service
  let admin: Account
  let user: Account
  const api = (of: Account): Api => createApi(service.baseUrl, of.accessToken)
  const open = (account: Account, path: string) => openAs(account, browser, service.baseUrl, path)

  const got: { headers: Record<string, string>; body: string }[] = []
  let answer = { status: 503, body: 'not today' }
  let receiver: Server
  let address: string
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        got.push({ headers: request.headers as Record<string, string>, body })
        response.writeHead(answer.status).end(answer.body)
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    service = await startService({
      own: true,
      env: { OUTBOUND_ALLOW: '127.0.0.1/32', WEBHOOK_ANSWERS: 'keep' },
    })
    // The first account is the administrator.
    admin = await createApi(service.baseUrl).register()
    user = await createApi(service.baseUrl).register()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    receiver?.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
  })

  it('makes a webhook, tests it, shows what was answered, and sends again what never arrived', async () => {
    const { page, faults } = await open(user, '/console/webhooks')
    await page.getByText('No webhooks yet.').waitFor()
    await page.getByRole('button', { name: 'New webhook' }).click()
    await page.getByLabel('Address').fill('http://10.0.0.1/inside')
    await page.getByRole('button', { name: 'Make webhook' }).click()
    await page.locator('[aria-invalid=true]').waitFor()
    await page.getByLabel('Address').fill(address)
    await page.getByLabel('Description').fill('The shop')
    await page.getByLabel('Everything that happens').uncheck()
    await page.getByLabel('image.deleted').check()
    await holdPage(page, 'webhook-form')
    await page.getByRole('button', { name: 'Make webhook' }).click()
    const secret = await page.getByRole('textbox', { name: 'Signing secret' }).inputValue()
    expect(secret).toMatch(/^whsec_/)
    await page.getByRole('button', { name: 'Python' }).click()
    await page.getByText('pip install standardwebhooks').waitFor()
    await holdPage(page, 'webhook-secret')

    // A test that fails is there with its answer and its plan
    await page.getByRole('link', { name: 'Go on to test it' }).click()
    await page.getByText('Nothing was sent yet.').waitFor()
    await page.getByRole('button', { name: 'Send a test' }).click()
    const row = page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem')
    await row.getByText(/answered 503/).waitFor()
    await row.getByRole('button', { name: 'webhook.test' }).click()
    await row.getByText('The endpoint answered 503.').waitFor()
    await row.getByText(/and \d more until/).waitFor()
    await row.getByRole('button', { name: 'Answer' }).click()
    await row.getByText('not today').waitFor()
    await holdPage(page, 'webhook')
    const { headers, body } = got[0] ?? { headers: {}, body: '' }
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'webhook.test' })

    // Tried again at once, and then it arrives
    answer = { status: 200, body: 'thanks' }
    await row.getByRole('button', { name: 'Try now' }).click()
    await row.getByText('Delivered', { exact: true }).waitFor()
    await row.getByText('thanks').waitFor()

    // Paused it gets nothing; what was given up is sent again, once
    answer = { status: 503, body: '' }
    await page.getByRole('button', { name: 'Send a test' }).click()
    await row.getByText('Retrying', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Pause' }).click()
    await row.getByText('Failed', { exact: true }).waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Send a test' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('On', { exact: true }).waitFor()
    answer = { status: 200, body: '' }
    await page.getByRole('button', { name: 'Send all failed again' }).click()
    await expect.poll(() => row.getByText('Delivered', { exact: true }).count()).toBe(2)
    await expect.poll(() => row.count()).toBe(3)
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('No webhooks yet.').waitFor()
    expect((await api(user).get<{ items: unknown[] }>('/api/webhooks')).body.items).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('builds a URL with every parameter of the grammar, and shows what comes of it', async () => {
    const image = await api(user).picture(await jpeg(300, 200), 'harbour.jpg')
    const { page, faults } = await open(user, '/console/urls')
    await page.getByRole('button', { name: 'harbour.jpg' }).click()
    const picture = page.locator('[data-built-picture]')
    const pixels = () =>
      picture.evaluate((shown) => {
        const { naturalWidth, naturalHeight } = shown as HTMLImageElement
        return [naturalWidth, naturalHeight]
      })
    await picture.waitFor()
    await page.getByLabel('Width', { exact: true }).fill('120')
    await page.getByLabel('Height', { exact: true }).fill('120')
    await page.getByLabel('Fit').selectOption('cover')
    await expect.poll(pixels).toEqual([120, 120])
    await page.getByText('120 × 120').waitFor()
    await page.getByText('Colour', { exact: true }).click()
    await page.getByLabel('Grayscale').selectOption('true')
    await page.getByText('Why it is so').click()
    await page
      .getByText(/"op":"grayscale"|grayscale/)
      .first()
      .waitFor()
    await holdPage(page, 'urls')

    // What is not possible is said where it is, and the picture comes back with the next value
    await page.getByLabel('Width', { exact: true }).fill('99999')
    await page.locator('[aria-invalid=true]').waitFor()
    await page.getByText('not possible').waitFor()
    await page.getByLabel('Width', { exact: true }).fill('100')
    await expect.poll(pixels).toEqual([100, 120])

    // What is taken along works for a stranger while it is signed, and only then
    const code = page.getByRole('region', { name: 'URL code' })
    const signed = (await code.textContent()) ?? ''
    expect(signed).toContain(`/images/${image.id}`)
    expect((await fetch(signed)).status).toBe(200)
    await page.getByRole('button', { name: 'Public' }).click()
    await expect.poll(async () => ((await code.textContent()) ?? '').includes('sig=')).toBe(false)
    expect((await fetch((await code.textContent()) ?? '')).status).toBe(404)
    for (const name of ['HTML', 'React', 'Next', 'curl', 'Client', 'Job']) {
      await page.getByRole('button', { name, exact: true }).click()
      await expect
        .poll(() => page.getByRole('region', { name: `${name} code` }).textContent())
        .toContain(image.id)
    }
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('offers nothing of a picture of somebody else', async () => {
    const other = await createApi(service.baseUrl).register()
    const theirs = await api(other).picture(await jpeg(300, 200), 'theirs.jpg')
    const { page } = await open(user, `/console/urls/${theirs.id}`)
    await page.getByText('There is no such image.').waitFor()
    expect(await page.content()).not.toContain(`/images/${theirs.id}`)
    expect(await page.getByRole('button', { name: 'Signed' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Another picture' }).click()
    await page.getByLabel('Search', { exact: true }).waitFor()
    await page.context().close()
  })

  it('lets an administrator manage accounts, look at the service and take the audit along; nobody else', async () => {
    const other = await createApi(service.baseUrl).register()
    const { page, faults } = await open(admin, '/console/users')
    const row = page.locator(`[data-user="${other.userId}"]`)
    await row.getByRole('button', { name: /^Manage/ }).click()
    await row.getByLabel(/^Role of/).selectOption('viewer')
    await row.getByText('Viewer', { exact: true }).first().waitFor()
    await expect.poll(async () => (await api(other).get('/api/admin/users')).status).toBe(403)
    await holdPage(page, 'users')
    await row.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click()
    await expect.poll(async () => (await api(other).get('/api/auth/me')).status).toBe(401)
    await row.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Deactivate' }).click()
    await row.getByText('Deactivated', { exact: true }).waitFor()
    await page.getByLabel('Search').fill('nobody is called so')
    await page.getByText('No account matches.').waitFor()

    await page.getByRole('link', { name: 'Service' }).click()
    const parts = page.getByRole('list', { name: 'Parts' })
    await parts.getByRole('listitem').filter({ hasText: 'database' }).getByText('Works').waitFor()
    await page.getByText('Signed-in devices').waitFor()
    await holdPage(page, 'service')

    await page.getByRole('link', { name: 'Audit' }).click()
    const entries = page.getByRole('list', { name: 'Entries' })
    await entries.getByText('Signed out everywhere').waitFor()
    await page.getByLabel('Kind').selectOption('user')
    await page.getByLabel('What was done').selectOption('user.change')
    const role = entries.getByRole('listitem').filter({ hasText: 'Role' })
    await expect.poll(() => role.locator('dl').textContent()).toContain('before: User→after: Viewer')
    await expect.poll(() => entries.getByRole('listitem').count()).toBe(3)
    await holdPage(page, 'audit')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export CSV' }).click()
    const lines = (await readFile(await (await saved).path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^at,action,outcome/)
    expect(faults).toEqual([])
    await page.context().close()

    // Who may not is shown none of it, and is refused when it is called
    const { page: theirs } = await open(user, '/console/users')
    await theirs.getByText('Only administrators may do that.').waitFor()
    expect(await theirs.getByRole('link', { name: 'Audit' }).count()).toBe(0)
    expect((await api(user).post(`/api/admin/users/${admin.userId}/sign-out`)).status).toBe(403)
    expect(
      (await api(admin).post(`/api/admin/users/019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37/sign-out`)).status,
    ).toBe(404)
    await theirs.context().close()
  })
})
