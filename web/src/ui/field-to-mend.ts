/** The field that is wrong, else the first: of one list of both the first on the page would come, which is often a right one. */
export const fieldToMend = (form: ParentNode | null): HTMLElement | null =>
  form?.querySelector<HTMLElement>('[aria-invalid="true"]') ??
  form?.querySelector<HTMLElement>('input') ??
  null
