import { type Config, roleNames } from './config.ts'

/**
 * What a process that runs a part of the roles must be told, since it shares it with the processes that run the rest.
 * Each of these faults would show itself late and elsewhere: as tokens that nobody believes, as URLs that lead to one
 * of many processes. Throws with all of them.
 */
export function refuseIncompleteSplit({ server }: Pick<Config, 'server'>): void {
  const { roles, secrets, publicUrl } = server
  // A gateway shares nothing but addresses.
  const alone = roles.every((role) => role === 'gateway')
  const whole = roleNames.every((role) => role === 'gateway' || roles.includes(role))
  if (alone || whole) return
  const faults: string[] = []
  if (secrets === undefined) {
    faults.push(
      'SECRETS (or SECRETS_FILE) is not set: this process would sign and verify with keys of its own. ' +
        'Make them once with `rendition secrets` and give them to every process.',
    )
  }
  if (publicUrl === undefined) {
    faults.push('PUBLIC_URL is not set: URLs in its answers would name this process instead of the service.')
  }
  if (faults.length > 0) throw new Error(`This process runs only ${roles.join(', ')}.\n${faults.join('\n')}`)
}
