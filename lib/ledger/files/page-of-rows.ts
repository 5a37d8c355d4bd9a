/** More than this does not stand in front of a page's rows. */
export const LONGEST_PAGE_HEAD = 500;

/**
 * Whether what stands in front of a list's `[` makes the list the rows of a page, `{"data": [`, as LiteLLM's
 * `/spend/logs/v2` and its kin answer; numbers of pages may stand before it. An object with an id is a record whatever
 * it holds.
 */
export function beginsPage(head: string): boolean {
  return /^\{\s*(?:"(?!(?:request_)?id")\w+"\s*:\s*(?:-?\d+|null|true|false)\s*,\s*)*"data"\s*:\s*$/.test(head);
}
