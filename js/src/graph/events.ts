import { isForCells } from '../common/keys';
import { COMMANDS } from './commands';
import type { Ground } from './host';

/** Handles the keys; JupyterLab does not receive those that the view uses. `used` is called when one of them is pressed. */
export function listenToKeys(host: Ground, used: () => void): void {
  host.root.addEventListener('keydown', event => {
    const target = event.target as HTMLElement;
    if (event.isComposing) {
      return;
    }
    const command = COMMANDS.ofKey(event);
    if (target.closest('button') && ['Enter', ' '].includes(event.key)) {
      event.stopPropagation();
    } else if (command && (target === host.stage || command.anywhere)) {
      event.preventDefault();
      event.stopPropagation();
      used();
      command.run(host, { id: host.current, button: null });
    } else if (isForCells(event)) {
      event.stopPropagation();
    }
  });
}
