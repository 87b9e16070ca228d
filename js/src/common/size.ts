/** Calls back when the size of an element changes; returns a function that ends this. */
export function watchSize(node: Element, changed: () => void): () => void {
  if (typeof ResizeObserver === 'undefined') {
    return () => undefined;
  }
  // JupyterLab's own kind of observer stays, with its callback, for as long as the page: it must hold nothing else.
  let told: (() => void) | null = changed;
  const observer = new ResizeObserver(() => told?.());
  observer.observe(node);
  return () => {
    told = null;
    observer.disconnect();
  };
}
