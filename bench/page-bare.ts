import type { Browser } from 'playwright-core'

/** A page that nothing but the browser itself looks into. */
export interface BarePage {
  /** What an expression comes to, awaited. */
  evaluate(expression: string): Promise<unknown>
  /** Until an expression is true. */
  until(expression: string): Promise<void>
  send(method: string, parameters?: object): Promise<Record<string, unknown>>
}

/**
 * Opens a page that is not the test tool's. Of those the browser keeps every answer for its developer tools, some 200 MB of
 * them, in the process of the page: what it holds by itself could not be told from that.
 */
export async function openBare(browser: Browser, width: number, height: number): Promise<BarePage> {
  const whole = await browser.newBrowserCDPSession()
  const { browserContextId } = await whole.send('Target.createBrowserContext')
  const { targetId } = await whole.send('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
    width,
    height,
  })
  const { sessionId } = await whole.send('Target.attachToTarget', { targetId, flatten: false })
  const waiting = new Map<number, (answer: { result?: object; error?: object }) => void>()
  whole.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as { id?: number; result?: object; error?: object }
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer)
  })
  let last = 0
  const send: BarePage['send'] = async (method, params = {}) => {
    const id = ++last
    const answered = new Promise<{ result?: object; error?: object }>((resolve) => waiting.set(id, resolve))
    await whole.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id, method, params }),
    })
    const { result, error } = await answered
    waiting.delete(id)
    if (result === undefined) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result as Record<string, unknown>
  }
  const evaluate: BarePage['evaluate'] = async (expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value?: unknown }).value
  }
  return {
    send,
    evaluate,
    async until(expression) {
      // Between two documents there is none to be asked.
      while ((await evaluate(expression).catch(() => false)) !== true)
        await new Promise((resolve) => setTimeout(resolve, 100))
    },
  }
}
