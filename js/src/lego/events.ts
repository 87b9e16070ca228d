import type { Command } from '../common/commands';
import { itemOf } from '../common/dom';
import { isForCells } from '../common/keys';
import { COMMANDS } from './commands';
import { commitParameters, setMerge } from './editing';
import { load, startFrom } from './exchange';
import type { Host } from './host';
import { goTo } from './walking';

/** Listens to the whole editor at its root, so that items need no listeners of their own. */
export function listen(root: HTMLElement, host: Host): void {
  root.addEventListener('click', event => click(event, host));
  root.addEventListener('change', event => change(event, host));
  root.addEventListener('keydown', event => keydown(event, host));
  root.addEventListener('focusin', event => {
    const id = itemOf(event.target)?.dataset.id;
    if (id !== undefined && id !== host.selection.current) {
      host.selection.current = id;
      host.mark();
    }
  });
}

function click(event: MouseEvent, host: Host): void {
  const target = event.target as Element;
  const id = itemOf(target)?.dataset.id;
  const button = target.closest<HTMLElement>('button[data-act]');
  if (button) {
    COMMANDS.of(button.dataset.act!)?.run(host, { id: id ?? null, button });
  } else if (id !== undefined && !target.closest('input, select, .osl-note')) {
    if (event.ctrlKey || event.metaKey) {
      host.selection.toggle(id);
      host.focus();
    } else {
      goTo(host, id, { extend: event.shiftKey });
    }
  }
}

function change(event: Event, host: Host): void {
  const control = event.target as HTMLInputElement | HTMLSelectElement;
  const id = itemOf(control)?.dataset.id;
  if (control.classList.contains('osl-params') && id !== undefined) {
    commitParameters(host, id);
  } else if (control.dataset.act === 'merge' && id !== undefined) {
    setMerge(host, id, control.value);
  } else if (control.dataset.act === 'template') {
    startFrom(host, control.value);
  } else if (control instanceof HTMLInputElement && control.dataset.act === 'file' && control.files?.[0]) {
    void load(host, control.files[0]);
    // The same file can then be picked again.
    control.value = '';
  }
}

function keydown(event: KeyboardEvent, host: Host): void {
  const target = event.target as HTMLElement;
  const id = itemOf(target)?.dataset.id;
  const command = COMMANDS.ofKey(event);
  if (event.isComposing) {
    return;
  }
  if (target.matches('input, select, textarea')) {
    // JupyterLab must not handle keys that are typed into a field.
    event.stopPropagation();
    fieldKey(event, host, { id: id ?? null, command });
  } else if (target.closest('button') && ['Enter', ' '].includes(event.key)) {
    event.stopPropagation();
  } else if (command && (command.anywhere || id !== undefined)) {
    event.preventDefault();
    event.stopPropagation();
    run(command, host);
  } else if (isForCells(event)) {
    event.stopPropagation();
  }
}

/** Undo and redo work in a field that holds nothing new; Enter sends what was typed, Escape takes it back. */
function fieldKey(
  event: KeyboardEvent,
  host: Host,
  { id, command }: { id: string | null; command: Command<Host> | undefined }
): void {
  const view = host.parametersOf(id);
  if ((command?.id === 'undo' || command?.id === 'redo') && !view?.dirty) {
    event.preventDefault();
    run(command, host);
  } else if (id !== null && (event.key === 'Enter' || event.key === 'Escape')) {
    event.preventDefault();
    if (event.key === 'Escape') {
      view?.revert();
    } else {
      commitParameters(host, id);
    }
    host.focus(id);
  }
}

function run(command: Command<Host>, host: Host): void {
  command.run(host, { id: host.selection.current, button: null });
}
