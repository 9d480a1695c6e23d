import { useEffect, useState } from 'react'

const settledMs = 250

/** A value once it has stopped changing: what is typed or dragged is not asked for at every step. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settledMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
