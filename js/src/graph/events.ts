import { isForCells } from '../common/keys';
import type { Commands } from './commands';
import type { GraphEditor } from './editor';
import { type Command, commandOf } from './keys';

/** Keys that work wherever the focus is in the view; the others need the network itself. */
const ANYWHERE: readonly Command[] = ['undo', 'redo', 'help', 'escape'];

/** Takes the keys; those that are the view's reach nobody else. */
export function listenToKeys(editor: GraphEditor, commands: Commands): void {
  editor.root.addEventListener('keydown', event => {
    const target = event.target as HTMLElement;
    if (event.isComposing) {
      return;
    }
    const command = commandOf(event);
    if (target.closest('button') && ['Enter', ' '].includes(event.key)) {
      event.stopPropagation();
    } else if (command && (target === editor.stage || ANYWHERE.includes(command))) {
      event.preventDefault();
      event.stopPropagation();
      editor.pointer.takeKeyboard();
      commands.run(command);
    } else if (isForCells(event)) {
      event.stopPropagation();
    }
  });
}
