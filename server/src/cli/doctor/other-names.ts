import type { Environment } from '../../platform/config/load.ts'
import { readOtherNames } from '../other-names.ts'
import { type Check, Note } from './check.ts'

/** What became of variables that other image services are configured by. */
export function* otherNameChecks(environment: Environment): Generator<Check> {
  for (const { variable, sets, message } of readOtherNames(environment).names) {
    yield {
      name: variable,
      async look() {
        if (sets === null) throw new Note(message)
        return message
      },
    }
  }
}
