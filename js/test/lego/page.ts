import { afterEach, vi } from 'vitest';

import { LegoEditor } from '../../src/lego/editor';
import type { State } from '../../src/lego/protocol';
import { CATALOGUE, FakePython, sample } from './fake';

let open: LegoEditor | null = null;

afterEach(() => {
  open?.destroy();
  open = null;
  document.body.replaceChildren();
});

/** An editor in a page, over a stand-in for Python that answers at once. */
export function page(state: State = sample(), catalogue = CATALOGUE) {
  const host = document.body.appendChild(document.createElement('div'));
  const said: string[] = [];
  const select = vi.fn<(ids: string[]) => void>();
  const editor = (open = new LegoEditor(host, {
    catalogue,
    send: message => python.receive(message),
    select,
    say: text => said.push(text)
  }));
  const python = new FakePython(
    structuredClone(state),
    answer => editor.answer(answer),
    next => editor.update(next)
  );
  editor.update(structuredClone(state));

  const item = (id: string): HTMLElement => host.querySelector<HTMLElement>(`.osl-item[data-id="${id}"]`)!;
  const field = (id: string): HTMLInputElement => item(id).querySelector<HTMLInputElement>('.osl-params')!;
  const button = (id: string, act: string): HTMLButtonElement =>
    item(id).querySelector(`[data-act="${act}"]`)!;

  /** Presses keys where the focus is, such as `Alt+ArrowUp`; true: nobody else would have heard of it. */
  const press = (...keys: string[]): boolean => {
    let outside = 0;
    const hear = (): number => outside++;
    document.addEventListener('keydown', hear);
    for (const name of keys) {
      const parts = name === '+' ? ['+'] : name.split('+');
      const key = parts.pop()!;
      const [ctrlKey, altKey, shiftKey] = ['Ctrl', 'Alt', 'Shift'].map(modifier => parts.includes(modifier));
      const options = {
        key,
        ctrlKey: ctrlKey!,
        altKey: altKey!,
        shiftKey: shiftKey!,
        bubbles: true,
        cancelable: true
      };
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', options));
    }
    document.removeEventListener('keydown', hear);
    return outside === 0;
  };

  const click = (target: Element, options: MouseEventInit = {}): void => {
    target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...options }));
  };

  const type = (input: HTMLInputElement, text: string): void => {
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };

  /** The network as Python has it: `L1[B1(Conv2d) B2(Conv2d)] …` by ids. */
  const drawn = (): string =>
    [...host.querySelectorAll('.osl-layer')]
      .map(layer => {
        const blocks = [...layer.querySelectorAll('.osl-block')].map(block => {
          const ids = [...block.querySelectorAll('.osl-component')].map(
            node => (node as HTMLElement).dataset.id
          );
          return `${(block as HTMLElement).dataset.id}(${ids.join(' ')})`;
        });
        return `${(layer as HTMLElement).dataset.id}[${blocks.join(' ')}]`;
      })
      .join(' ');

  const focused = (): string | undefined => (document.activeElement as HTMLElement | null)?.dataset.id;

  return { host, editor, python, said, select, item, field, button, press, click, type, drawn, focused };
}
