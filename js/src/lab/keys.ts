import { isForCells } from '../common/keys';

/**
 * Keeps the keys that are pressed on the Lab's controls from the notebook, which would take `d` `d` for deleting the
 * cell and an arrow for going on to the next. The controls have had them by the time they come up here.
 *
 * @returns What ends that.
 */
export function keepKeys(root: HTMLElement): () => void {
  const keep = (event: KeyboardEvent): void => {
    if (isForCells(event)) {
      event.stopPropagation();
    }
  };
  root.addEventListener('keydown', keep);
  return () => root.removeEventListener('keydown', keep);
}
