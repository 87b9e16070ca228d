import cytoscape from 'cytoscape';
import { afterEach, vi } from 'vitest';

import type { Answer, Request } from '../../src/common/messages';
import { GraphEditor, type GraphRoot } from '../../src/graph/editor';
import type { GraphState } from '../../src/graph/protocol';
import { drawing, sample } from './sample';

let open: GraphEditor | null = null;

afterEach(() => {
  open?.destroy();
  open = null;
  document.body.replaceChildren();
});

const LAYERS = [['Conv', 'Conv'], ['ReLU'], ['Conv'], ['Lin']];

/** The view in a page, over a stand-in for Python that adds and removes links without asking whether they can be. */
export function page(state: GraphState = sample(), size = { width: 900, height: 300 }) {
  const host = document.body.appendChild(document.createElement('div'));
  const said: string[] = [];
  const requests: Request[] = [];
  const [select, hover, collapse] = [vi.fn(), vi.fn(), vi.fn()];
  let links: [string, string][] = [];
  const python = {
    requests,
    /** What to refuse the next request with. */
    refuse: null as string | null,
    answers: true,
    revision: state.revision
  };
  const send = (message: Request): void => {
    requests.push(message);
    if (!python.answers) {
      return;
    }
    const { request } = message;
    const refusal = python.refuse && {
      ...{ kind: 'answer', request, ok: false, where: null, expected: null },
      ...{ message: python.refuse, remedy: 'swap its two ends' }
    };
    python.refuse = null;
    if (refusal) {
      return editor.answer(refusal as Answer);
    }
    for (const edit of message.kind === 'edit' ? message.edits : []) {
      if (edit.edit === 'AddLink') {
        links = [...links, [edit.source, edit.target]];
      } else if (edit.edit === 'RemoveLink') {
        links = links.filter(([source, target]) => source !== edit.source || target !== edit.target);
      }
    }
    python.revision += 1;
    editor.update({ ...state, ...drawing(LAYERS, links), revision: python.revision, can_undo: true });
    editor.answer({ kind: 'answer', request, ok: true });
  };
  const editor = (open = new GraphEditor(host, {
    create: () => cytoscape({ headless: true, styleEnabled: true }),
    send,
    select,
    hover,
    collapse,
    say: text => said.push(text)
  }));
  resize(editor, size);
  editor.update(structuredClone(state));

  const { cy, stage } = editor;
  const root: GraphRoot = editor.root;
  const edits = () => requests.flatMap(message => (message.kind === 'edit' ? message.edits : []));

  /** Clicks a node, a link or, without an id, the paper. */
  const tap = (id: string | null, options: MouseEventInit = {}): void => {
    const target = id === null ? cy : cy.getElementById(id);
    target.emit({ type: 'tap', originalEvent: new MouseEvent('click', options) } as any);
  };

  const point = (id: string | null): void => {
    if (id !== null) {
      cy.getElementById(id).emit('mouseover');
    }
  };

  /** Presses keys on the network, such as `Ctrl+z`; true: nobody else would have heard of it. */
  const press = (...keys: string[]): boolean => {
    let outside = 0;
    const hear = (): number => outside++;
    document.addEventListener('keydown', hear);
    if (!root.contains(document.activeElement)) {
      stage.focus();
    }
    for (const name of keys) {
      const parts = name === '+' ? ['+'] : name.split('+');
      const key = parts.pop()!;
      const [ctrlKey, shiftKey] = [parts.includes('Ctrl'), parts.includes('Shift')];
      const options = { key, ctrlKey, shiftKey, bubbles: true, cancelable: true };
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', options));
    }
    document.removeEventListener('keydown', hear);
    return outside === 0;
  };

  const button = (act: string): HTMLButtonElement => root.querySelector(`[data-act="${act}"]`)!;
  const marks = (id: string): string[] => root.oslMarks!(id);
  const told = (): string => root.querySelector('.osl-current')!.textContent;

  return {
    ...{ host, root, stage, editor, cy, python, requests, edits, said, select, hover, collapse },
    ...{ tap, point, press, button, marks, told }
  };
}

/** Gives the stage a size, as a page would. */
export function resize(editor: GraphEditor, { width, height }: { width: number; height: number }): void {
  Object.defineProperty(editor.stage, 'clientWidth', { value: width, configurable: true });
  Object.defineProperty(editor.stage, 'clientHeight', { value: height, configurable: true });
  editor.cy.width = () => width as any;
  editor.cy.height = () => height as any;
  editor.viewport.resize();
}
