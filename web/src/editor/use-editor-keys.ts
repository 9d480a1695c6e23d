import { type RefObject, useEffect } from 'react'

/** What lies above the editor when it is there, and has the keys then. */
const layers = '[role="dialog"], [role="alertdialog"], [role="menu"]'

/**
 * Keys with Ctrl or Cmd, wherever the focus is: a button that was pressed and cannot be pressed again leaves it to nothing, and a
 * notice lies outside the editor. What lies above has its own.
 */
export function useEditorKeys(
  editor: RefObject<Element | null>,
  onKey: (event: KeyboardEvent) => void,
): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, ctrlKey, metaKey, altKey } = event
      if (event.defaultPrevented || !(ctrlKey || metaKey) || altKey) return
      const isBelow = (layer: Element): boolean => layer.contains(editor.current)
      if (![...document.querySelectorAll(layers)].every(isBelow)) return
      // A list that was opened to choose from.
      const list = target instanceof Element ? target.closest('[role="listbox"]') : null
      if (list === null || editor.current?.contains(list) === true) onKey(event)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  })
}
