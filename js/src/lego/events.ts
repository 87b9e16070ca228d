import { isForCells } from '../common/keys';
import type { Commands } from './commands';
import { itemOf } from '../common/dom';
import type { LegoEditor } from './editor';
import { type Command, commandOf } from './keys';

/** Keys that work wherever the focus is in the editor; the others need an item. */
const ANYWHERE: readonly Command[] = ['undo', 'redo', 'help', 'add-layer'];

/** Listens to the whole editor at its root, so that items need no listeners of their own. */
export function listen(editor: LegoEditor, commands: Commands): void {
  const { root } = editor;
  root.addEventListener('click', event => click(event, editor, commands));
  root.addEventListener('change', event => change(event, commands));
  root.addEventListener('keydown', event => keydown(event, editor, commands));
  root.addEventListener('focusin', event => {
    const id = itemOf(event.target)?.dataset.id;
    if (id !== undefined && id !== editor.selection.current) {
      editor.selection.current = id;
      editor.mark();
    }
  });
}

function click(event: MouseEvent, editor: LegoEditor, commands: Commands): void {
  const target = event.target as Element;
  const id = itemOf(target)?.dataset.id;
  const acted = target.closest<HTMLElement>('button[data-act]');
  if (acted) {
    act(acted, id, editor, commands);
  } else if (id !== undefined && !target.closest('input, select, .osl-note')) {
    if (event.ctrlKey || event.metaKey) {
      editor.selection.toggle(id);
      editor.focus();
    } else {
      commands.goTo(id, event.shiftKey);
    }
  }
}

function act(button: HTMLElement, id: string | undefined, editor: LegoEditor, commands: Commands): void {
  const { act, key = '', fix = '', show = '', source = '', target = '', at } = button.dataset;
  const actions: Record<string, () => void> = {
    collapse: () => id && commands.collapse(id),
    duplicate: () => commands.duplicate(id),
    remove: () => commands.remove(id),
    'add-component': () => commands.add('component', id),
    'add-block': () => commands.add('block', id),
    'add-layer': () => {
      const index = editor.tree?.find(id ?? null)?.index;
      commands.addLayerAt(index !== undefined ? index + 1 : at === 'start' ? 0 : null, button);
    },
    unlink: () => commands.unlink(source, target),
    dismiss: () => editor.dismiss(key),
    fix: () => commands.fix(fix),
    show: () => commands.show(show),
    undo: () => commands.run('undo'),
    redo: () => commands.run('redo'),
    help: () => commands.run('help'),
    save: () => commands.save(),
    load: () => editor.toolbar.file.click(),
    python: () => commands.copyPython()
  };
  actions[act ?? '']?.();
}

function change(event: Event, commands: Commands): void {
  const control = event.target as HTMLInputElement | HTMLSelectElement;
  const id = itemOf(control)?.dataset.id;
  if (control.classList.contains('osl-params') && id !== undefined) {
    commands.commit(id);
  } else if (control.dataset.act === 'merge' && id !== undefined) {
    commands.setMerge(id, control.value);
  } else if (control.dataset.act === 'template') {
    commands.template(control.value);
  } else if (control instanceof HTMLInputElement && control.dataset.act === 'file' && control.files?.[0]) {
    void commands.load(control.files[0]);
    // The same file can then be picked again.
    control.value = '';
  }
}

function keydown(event: KeyboardEvent, editor: LegoEditor, commands: Commands): void {
  const target = event.target as HTMLElement;
  const id = itemOf(target)?.dataset.id;
  const command = commandOf(event);
  if (event.isComposing) {
    return;
  }
  if (target.matches('input, select, textarea')) {
    // What is typed into a field is nobody else's business.
    event.stopPropagation();
    fieldKey(event, id, editor, commands, command);
  } else if (target.closest('button') && ['Enter', ' '].includes(event.key)) {
    event.stopPropagation();
  } else if (command && (ANYWHERE.includes(command) || id !== undefined)) {
    event.preventDefault();
    event.stopPropagation();
    commands.run(command);
  } else if (isForCells(event)) {
    event.stopPropagation();
  }
}

function fieldKey(
  event: KeyboardEvent,
  id: string | undefined,
  editor: LegoEditor,
  commands: Commands,
  command: Command | null
): void {
  const isHistory = command === 'undo' || command === 'redo';
  const typed = editor.network.component(id ?? null)?.dirty;
  if (isHistory && !typed) {
    event.preventDefault();
    commands.run(command);
  } else if (id !== undefined && (event.key === 'Enter' || event.key === 'Escape')) {
    event.preventDefault();
    if (event.key === 'Escape') {
      commands.revert(id);
    } else {
      commands.commit(id);
    }
    editor.focus(id);
  }
}
