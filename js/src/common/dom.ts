/** Small helpers over the DOM. Text is set through `textContent` only: names and parameters never become HTML. */

export type Child = Node | string | null;

type Properties = Record<string, string | number | boolean | null>;

/** Makes an element. Properties are attributes; `null` and `false` leave one out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    setAttribute(node, name, value);
  }
  node.append(...children.filter(child => child !== null));
  return node;
}

/** Sets or removes an attribute, if it differs. */
export function setAttribute(node: Element, name: string, value: string | number | boolean | null): void {
  if (value === null || value === false) {
    node.removeAttribute(name);
  } else {
    const text = value === true ? '' : String(value);
    if (node.getAttribute(name) !== text) {
      node.setAttribute(name, text);
    }
  }
}

export function setText(node: Element, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/**
 * Makes these nodes the first children of a parent, in this order. It moves as few as possible, since a node that is
 * moved loses its focus.
 */
export function reconcile(parent: Element, nodes: readonly Element[]): void {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) {
    if (child.classList.contains('osl-item') && !wanted.has(child)) {
      child.remove();
    }
  }
  const there = new Map([...parent.children].map((child, index) => [child, index]));
  const staying = longestRising(nodes.map(node => there.get(node) ?? -1));
  let next = [...parent.children].find(child => !wanted.has(child)) ?? null;
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!;
    if (!staying.has(index)) {
      parent.insertBefore(node, next);
    }
    next = node;
  }
}

/** The positions of the longest increasing subsequence; negative numbers do not count. */
function longestRising(numbers: readonly number[]): Set<number> {
  const length: number[] = [];
  const before: number[] = [];
  let best = -1;
  numbers.forEach((number, at) => {
    length[at] = number < 0 ? 0 : 1;
    before[at] = -1;
    for (let earlier = 0; earlier < at && number >= 0; earlier++) {
      if (numbers[earlier]! >= 0 && numbers[earlier]! < number && length[earlier]! >= length[at]!) {
        length[at] = length[earlier]! + 1;
        before[at] = earlier;
      }
    }
    if (length[at]! > (length[best] ?? 0)) {
      best = at;
    }
  });
  const places = new Set<number>();
  for (let at = best; at >= 0; at = before[at]!) {
    places.add(at);
  }
  return places;
}

/** The item that an event happened in. */
export function itemOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.osl-item') : null;
}

/** Whether an element may take the focus: it has the focus already or no element has it, and the user is not typing. */
export function mayFocus(root: Element): boolean {
  const active = document.activeElement;
  return !active || active === document.body || (root.contains(active) && !active.matches('input, textarea'));
}

/** Scrolls a box until an element in it is visible; the page around the box does not scroll. */
export function scrollTo(node: HTMLElement, box: HTMLElement): void {
  const [seen, frame] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  const above = frame.top - seen.top;
  const below = seen.bottom - frame.bottom;
  box.scrollTop += above > 0 ? -above : Math.max(below, 0);
}
