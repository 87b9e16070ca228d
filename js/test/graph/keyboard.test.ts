import { expect, test } from 'vitest';

import { COMMANDS } from '../../src/graph/commands';
import { page } from './page';
import { sample } from './sample';

test('arrows move from layer to layer, within a layer, and along the links that start there', () => {
  const state = sample([['L1', 'L4']]);
  const { editor, press } = page(state);
  const link = state.edges.find(edge => edge.kind === 'link')!.id;
  const walk = (...keys: string[]): string | null => {
    expect(press(...keys)).toBe(true);
    return editor.current;
  };
  expect(walk('ArrowRight')).toBe('B1');
  expect(walk('ArrowDown')).toBe('B2');
  expect(walk('ArrowDown')).toBe(link);
  expect(walk('ArrowDown')).toBe(link);
  expect(walk('ArrowRight')).toBe('B3');
  expect(walk('ArrowUp')).toBe('B3');
  expect(walk('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight')).toBe('output');
  expect(walk('Home')).toBe('input');
  expect(walk('ArrowRight')).toBe('B1');
  expect(walk('End')).toBe('output');
});

test('walking brings what is reached into view', () => {
  const { press, cy, editor } = page();
  cy.zoom(3);
  cy.pan({ x: 0, y: 150 });
  press('End');
  expect(editor.current).toBe('output');
  const at = cy.getElementById('output').position('x') * 3 + cy.pan().x;
  expect(at).toBeLessThan(900);
});

test('ears are told where the keyboard is, and what is the matter there', () => {
  const state = sample([['L1', 'L4']]);
  state.edges.find(edge => edge.kind === 'link')!.projection = '1×1, 6→84';
  Object.assign(
    state.nodes.find(({ id }) => id === 'B3')!,
    { fitness: 0.4, untrained: true, problem: 'too small' }
  );
  const { editor, press, told } = page(state);
  editor.setMarks({ B3: 'hover region' });
  press('Home');
  expect(told()).toBe('Input: 1×28×28');
  press('ArrowRight', 'ArrowRight');
  expect(told()).toBe(
    'Block B3, layer L2: ReLU 6 5×5; fitness 0.40; untrained; too small; highlighted; in the region'
  );
  press('Enter');
  expect(told()).toContain('; selected');
  press('ArrowLeft', 'ArrowDown', 'ArrowDown');
  expect(told()).toBe('Link from L1 to L4, through 1×1, 6→84');
});

test('Enter and Space select, with Ctrl as well; Ctrl+A all, Escape nothing', () => {
  const { press, select } = page();
  press('ArrowRight', 'Enter');
  expect(select).toHaveBeenLastCalledWith(['B1']);
  press('ArrowRight', 'Ctrl+ ');
  expect(select).toHaveBeenLastCalledWith(['B1', 'B3']);
  press('Ctrl+Enter');
  expect(select).toHaveBeenLastCalledWith(['B1']);
  press('Ctrl+a');
  expect(select).toHaveBeenLastCalledWith(['B1', 'B2', 'B3', 'B4', 'B5']);
  press('Escape');
  expect(select).toHaveBeenLastCalledWith([]);
});

test('zooming and fitting have keys', () => {
  const { press, cy } = page();
  const before = cy.zoom();
  press('+', '=');
  expect(cy.zoom()).toBeCloseTo(before * 1.25 ** 2);
  press('-');
  expect(cy.zoom()).toBeCloseTo(before * 1.25);
});

test('the keys are not JupyterLab’s while the focus is here, but for those that are everybody’s', () => {
  const { press, button } = page();
  expect(press('x', 'd', 'Enter', 'a', 'Ctrl+Enter')).toBe(true);
  expect(press('Ctrl+s')).toBe(false);
  button('fit').focus();
  expect(press('Enter', 'x')).toBe(true);
});

test('the network can be reached and says what it is', () => {
  const { stage } = page();
  expect(stage.tabIndex).toBe(0);
  expect(stage.getAttribute('role')).toBe('application');
  expect(stage.getAttribute('aria-roledescription')).toBeTruthy();
  expect(stage.getAttribute('aria-label')).toBeTruthy();
});

test('? lists the keys', () => {
  const { press, root, stage } = page();
  press('?');
  expect(root.querySelector('.osl-help')!.textContent).toContain('start a link here');
  press('Escape');
  expect(root.querySelector<HTMLElement>('.osl-help')!.hidden).toBe(true);
  expect(document.activeElement).toBe(stage);
});

test('each command with a place in the toolbar has its button there, which names its key', () => {
  const { button } = page();
  const tools = COMMANDS.rows.filter(({ tool }) => tool);
  expect(tools.length).toBeGreaterThan(5);
  tools.forEach(({ id }) => expect(button(id).title).toBe(COMMANDS.titled(id)));
  expect(button('fit').title).toBe('Show the whole network (f)');
});

test('what the keyboard is at stays when the network changes, or gives way to the run that holds it', () => {
  const { editor, press } = page();
  press('ArrowRight', 'ArrowRight', 'ArrowRight');
  expect(editor.current).toBe('B4');
  const state = sample();
  state.nodes.find(({ id }) => id === 'B3')!.blocks = ['B3', 'B4'];
  state.nodes = state.nodes.filter(({ id }) => id !== 'B4');
  editor.update({ ...state, revision: 2 });
  expect(editor.current).toBe('B3');
});

test('what is selected by keys has its card, and what is only passed has none', () => {
  const state = sample();
  state.nodes.find(({ id }) => id === 'B1')!.facts = [['Parameters', '156']];
  const { press, root } = page(state);
  const card = root.querySelector<HTMLElement>('.osl-card')!;
  press('ArrowRight');
  expect(card.hidden).toBe(true);
  press('Enter');
  expect(card.hidden).toBe(false);
  expect(card.textContent).toBe('Block B1Parameters156');
  press('ArrowRight');
  expect(card.hidden).toBe(true);
});
