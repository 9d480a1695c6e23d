import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { type Invocation, type Option, UsageError } from '../command.ts'

/** Where a new password comes from. */
export const passwordOptions: Readonly<Record<string, Option>> = {
  stdin: { description: 'Read the password from stdin: its first line.' },
  generate: { description: 'Make a password and print it, alone and once, on stdout.' },
}

export const passwordHelp =
  'The password is read from stdin, from NEW_PASSWORD or the file of NEW_PASSWORD_FILE, made by --generate, or asked for.'

export interface NewPassword {
  password: string
  /** To be told to whoever ran the command, once it counts. */
  generated: boolean
}

/** The password for an account, from where the options and the environment say. Throws UsageError without one. */
export async function newPassword({ values, environment, terminal }: Invocation): Promise<NewPassword> {
  const { NEW_PASSWORD: direct = '', NEW_PASSWORD_FILE: file = '' } = environment
  const sources = [values.generate, values.stdin, direct !== '', file !== ''].filter(Boolean).length
  if (sources > 1) throw new UsageError('the password comes from several places; name one')
  if (values.generate === true) return { password: generate(), generated: true }
  if (values.stdin === true) return given(firstLine((await buffer(terminal.stdin)).toString('utf8')), 'stdin')
  if (direct !== '') return given(direct, 'NEW_PASSWORD')
  if (file !== '') return given(firstLine(readFileSync(file, 'utf8')), file)
  if (terminal.ask === null) {
    throw new UsageError('which password? Give --stdin, --generate, NEW_PASSWORD or NEW_PASSWORD_FILE')
  }
  const password = await terminal.ask('New password (not shown): ')
  if (password !== (await terminal.ask('Once more: '))) throw new Error('The two are not the same.')
  return given(password, 'what was typed')
}

function given(password: string, where: string): NewPassword {
  if (password === '') throw new Error(`There is no password in ${where}.`)
  return { password, generated: false }
}

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? ''

/** Without those that look alike: 20 of 54 letters and digits are 115 bits. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789'

const generate = (): string =>
  Array.from({ length: 20 }, () => letters.charAt(randomInt(letters.length))).join('')
