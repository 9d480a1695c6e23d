export interface Report {
  /** Runs one part; `null` from it, or a text in `missing`, makes it skipped by name. */
  part(name: string, work: () => Promise<string>, missing?: readonly string[]): Promise<boolean>
  /** Faults as a part: none may be there. */
  faults(
    name: string,
    work: () => Promise<string[] | null> | string[] | null,
    skipped?: string,
  ): Promise<void>
  /** Prints the sums; gives the exit code. */
  end(): number
}

/** Says how each part went as it ends, and the sums at the end. */
export function createReport(): Report {
  const sums = { passed: 0, failed: 0, skipped: 0 }
  const say = (word: keyof typeof sums, name: string, more: string): void => {
    sums[word] += 1
    console.log(`${word === 'failed' ? 'FAILED' : word} ${name}${more === '' ? '' : `: ${more}`}`)
  }
  const part: Report['part'] = async (name, work, missing = []) => {
    if (missing.length > 0) {
      say('skipped', name, `${missing.join(', ')} not here`)
      return false
    }
    const began = Date.now()
    try {
      const said = await work()
      say('passed', name, `${said} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
      return true
    } catch (error) {
      say('failed', name, (error as Error).message)
      return false
    }
  }
  return {
    part,
    async faults(name, work, skipped) {
      const faults = await work()
      if (faults === null) say('skipped', name, skipped ?? '')
      else if (faults.length > 0) say('failed', name, `\n  ${faults.join('\n  ')}`)
      else say('passed', name, '')
    },
    end() {
      console.log(`\n${sums.passed} passed, ${sums.failed} failed, ${sums.skipped} skipped`)
      return sums.failed === 0 && sums.passed > 0 ? 0 : 1
    },
  }
}
