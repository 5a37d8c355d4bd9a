type Attributes = { readonly [name: string]: string | number | boolean | undefined };
type Child = Node | string | undefined;

/**
 * Makes an element. Texts become text nodes and nothing else, so that no name can be markup; an attribute that is false
 * or undefined is left out.
 */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** Makes an element of SVG. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes,
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** The element of the page's own HTML with an id; its absence is a bug. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`The page has no element ${id}`);
  return found;
}

/**
 * Puts new children into an element. What had the focus has it again, if there is still an element with its `data-key`:
 * live numbers must not take the place away from who goes through them by keyboard.
 */
export function replace(parent: HTMLElement, ...children: readonly Child[]): void {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && parent.contains(focused) ? focused.dataset["key"] : undefined;
  parent.replaceChildren(...children.filter((child) => child !== undefined));
  if (key === undefined) return;
  const candidates = [...parent.querySelectorAll<HTMLElement>("[data-key]")];
  candidates.find((candidate) => candidate.dataset["key"] === key)?.focus({ preventScroll: true });
}

function filled<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}
