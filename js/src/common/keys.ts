/**
 * A key press in words, such as `Ctrl+Shift+z`: Cmd counts as Ctrl, and a printed character says by itself whether
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
 * Whether JupyterLab would take a key for its cells, which are not what one looks at here: single keys, such as `x`
 * for cutting one, and all with Enter, which run one. Those with Ctrl, such as saving, are everybody's.
 */
export function isForCells({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return key === 'Enter' || !(ctrlKey || metaKey);
}
