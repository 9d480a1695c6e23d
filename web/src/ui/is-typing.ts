/**
 * Whether a key is text where it was pressed. A box that was clicked keeps the focus and takes no letters: the page's keys go on
 * being the page's there.
 */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable]',
  ) !== null

/** Whether a key was pressed where the page's own keys are not heard: in a text, a dialog or a menu. */
export const isElsewhere = (target: EventTarget | null): boolean =>
  isTyping(target) ||
  (target instanceof Element &&
    target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null)
