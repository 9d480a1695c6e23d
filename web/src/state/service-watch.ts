/** How long after something broke off the service is asked whether it is there; longer each time, unless something went well. */
const firstMs = 1_000
const growth = 2
const mostMs = 30_000

/** Knows whether the service is there for something that broke off, and tells when it is again. */
export interface ServiceWatch {
  /** False from when something broke off until the service has answered. */
  here(): boolean
  /** Something broke off. It is not asked again before `leastMs`, where the service said so. */
  lost(leastMs?: number): void
  /** Something went well: the next pause is short again. */
  well(): void
  /** There is reason to believe that it is back: looks at once. */
  look(): void
  end(): void
}

/** `answers` asks the service something small; `onBack` runs when it has answered. */
export function createServiceWatch(answers: () => Promise<boolean>, onBack: () => void): ServiceWatch {
  let away = false
  let asking = false
  let pause = firstMs
  let timer: ReturnType<typeof setTimeout> | undefined

  const wait = (leastMs = 0): void => {
    timer = setTimeout(look, Math.max(pause, leastMs))
    pause = Math.min(mostMs, pause * growth)
  }
  const look = (): void => {
    if (!away || asking) return
    clearTimeout(timer)
    asking = true
    void answers()
      .catch(() => false)
      .then((there) => {
        asking = false
        if (!away) return
        if (!there) return wait()
        away = false
        onBack()
      })
  }
  return {
    here: () => !away,
    lost(leastMs) {
      if (away) return
      away = true
      wait(leastMs)
    },
    well() {
      pause = firstMs
    },
    look,
    end() {
      away = false
      clearTimeout(timer)
    },
  }
}
