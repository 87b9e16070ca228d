/**
 * The name of a key press, such as `Ctrl+Shift+z`: Cmd counts as Ctrl, and a printed character shows by itself whether
 * Shift was held.
 */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): string {
  const letter = /^[a-z]$/i.test(key);
  const shift = shiftKey && (letter || key.length > 1);
  return [
    ctrlKey || metaKey ? 'Ctrl+' : '',
    altKey ? 'Alt+' : '',
    shift ? 'Shift+' : '',
    letter ? key.toLowerCase() : key
  ].join('');
}

/**
 * Whether JupyterLab would use a key for its cells, although the focus is here: single keys, such as `x` for cutting a
 * cell, and all with Enter, which run a cell. Keys with Ctrl, such as saving, stay JupyterLab's.
 */
export function isForCells({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'Enter' || !(ctrlKey || metaKey);
}
