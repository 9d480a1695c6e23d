import { useEffect, useState } from 'react'

const clockMs = 20_000

/** The time, for ages in words. */
export function useClock(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), clockMs)
    return () => clearInterval(timer)
  }, [])
  return now
}
