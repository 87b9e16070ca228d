/** What jsdom lacks and JupyterLab's libraries look for when they are loaded. */

globalThis.DragEvent ??= class DragEvent extends MouseEvent {} as typeof DragEvent;

globalThis.matchMedia ??= query =>
  Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList;

// There is nothing to draw on; without this, jsdom says so at every try.
HTMLCanvasElement.prototype.getContext = () => null;
