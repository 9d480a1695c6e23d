/**
 * Whether a key is text where it was pressed. A box that was clicked keeps the focus and takes no letters: the page's keys go on
 * being the page's there.
 */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest(
    'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable]',
  ) !== null
