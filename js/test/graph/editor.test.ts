import { expect, test, vi } from 'vitest';

import type { Candidate, GraphState } from '../../src/graph/protocol';
import { page, resize } from './page';
import { edge, node, sample } from './sample';

const frame = (): Promise<void> => new Promise(resolve => requestAnimationFrame(() => resolve()));

test('every node stands where Python says, and every edge joins what it says', () => {
  const { cy } = page();
  const state = sample();
  expect(cy.nodes().map(element => element.id())).toEqual(state.nodes.map(({ id }) => id));
  for (const { id, x, y, width, height } of state.nodes) {
    const element = cy.getElementById(id);
    expect(element.position()).toEqual({ x, y });
    expect([element.data('width'), element.data('height')]).toEqual([width, height]);
  }
  expect(cy.edges().map(element => [element.source().id(), element.target().id()])).toEqual(
    state.edges.map(({ source, target }) => [source, target])
  );
});

test('a new state touches only what has changed, and leaves the viewport alone', () => {
  const { editor, cy } = page();
  const events: string[] = [];
  cy.on('add remove position data', ({ type, target }) => void events.push(`${type} ${target.id()}`));
  const before = [cy.zoom(), cy.pan()];
  editor.update({ ...sample(), revision: 2 });
  expect(events).toEqual([]);

  const state = sample();
  state.nodes.find(({ id }) => id === 'B5')!.x += 40;
  state.nodes.find(({ id }) => id === 'B3')!.height += 20;
  state.nodes.push(node('B6', 'block', { layer: 'L4', x: 640, y: 80 }));
  state.edges.push(edge('B4', 'B6'));
  editor.update({ ...state, revision: 3 });
  expect(events.filter(text => !text.includes('→'))).toEqual(
    expect.arrayContaining(['position B5', 'data B3', 'add B6'])
  );
  expect(events).toHaveLength(new Set(events).size);
  expect(events.some(text => text.startsWith('remove'))).toBe(false);
  expect([cy.zoom(), cy.pan()]).toEqual(before);

  editor.update({ ...sample(), revision: 4 });
  expect(events).toContain('remove B6');
  expect(cy.getElementById('B5').position('x')).toBe(600);
});

test('an edge without both of its ends, or a node that becomes an edge, is no error', () => {
  const { editor, cy } = page();
  const state = sample();
  state.edges.push(edge('B1', 'nowhere'));
  editor.update({ ...state, revision: 2 });
  expect(cy.edges()).toHaveLength(sample().edges.length);
  const odd = sample();
  odd.edges[0]!.id = 'B2';
  odd.nodes = odd.nodes.filter(({ id }) => id !== 'B2');
  editor.update({ ...odd, revision: 3 });
  expect(cy.getElementById('B2').isEdge()).toBe(true);
});

test('it is fitted once it is visible, not again when something is added, and when asked', () => {
  const { editor, cy, button } = page(sample(), { width: 0, height: 0 });
  const fit = vi.spyOn(cy, 'fit');
  editor.update({ ...sample(), revision: 2 });
  expect(fit).not.toHaveBeenCalled();
  resize(editor, { width: 900, height: 300 });
  expect(fit).toHaveBeenCalledTimes(1);
  editor.update({ ...sample([['L1', 'L3']]), revision: 3 });
  expect(fit).toHaveBeenCalledTimes(1);
  button('zoom-in').click();
  resize(editor, { width: 700, height: 300 });
  expect(fit).toHaveBeenCalledTimes(1);
  button('fit').click();
  expect(fit).toHaveBeenCalledTimes(2);
});

test('the revision is on the host when it was drawn, and the graph can be had from there', async () => {
  const { editor, root, cy } = page();
  editor.update({ ...sample(), revision: 7 });
  await frame();
  await frame();
  expect(root.dataset.revision).toBe('7');
  expect(root.oslGraph).toBe(cy);
});

test('hover, region and selection can be on one block at once, and go away by themselves', () => {
  const { editor, marks } = page();
  editor.setMarks({ B1: 'hover region', B3: 'hover' });
  editor.setSelected(['B1']);
  expect(marks('B1').sort()).toEqual(['current', 'hover', 'region', 'selected']);
  expect(marks('B3')).toEqual(['hover']);
  editor.setMarks({ B1: 'region' });
  expect(marks('B1').sort()).toEqual(['current', 'region', 'selected']);
  expect(marks('B3')).toEqual([]);
  editor.setSelected([]);
  editor.setMarks({});
  expect(marks('B1')).toEqual(['current']);
});

test('what is pointed at on the map is shown before all that Python has said of it', () => {
  const { editor, marks } = page();
  editor.setMarks({ B1: 'hover region', B3: 'hover' });
  editor.setLooked(['B1', 'B4']);
  expect(marks('B1').sort()).toEqual(['hover', 'region']);
  expect(marks('B4')).toEqual(['hover']);
  expect(marks('B3')).not.toContain('hover');
  // It comes late, and is of another candidate.
  editor.setMarks({ B3: 'hover' });
  expect(marks('B4')).toContain('hover');
  expect(marks('B3')).not.toContain('hover');
  editor.setLooked(null);
  expect(marks('B3')).toContain('hover');
  expect(marks('B4')).not.toContain('hover');
});

test('a candidate with a block that an edit has taken away is Python’s to show', () => {
  const { editor, marks } = page();
  editor.setLooked(['B1', 'B99']);
  expect(marks('B1')).toEqual([]);
});

test('marking gives cytoscape nothing to do', () => {
  const { editor, cy } = page();
  const changed = vi.fn();
  cy.on('class data style', changed);
  editor.setMarks({ B1: 'hover', B4: 'hover region' });
  expect(changed).not.toHaveBeenCalled();
});

test('a run that is drawn as one shows the marks of any of its blocks, and is selected with all of them', () => {
  const state = sample();
  Object.assign(
    state.nodes.find(({ id }) => id === 'B3')!,
    {
      times: 2,
      layers: ['L2', 'L3'],
      blocks: ['B3', 'B4']
    }
  );
  state.nodes = state.nodes.filter(({ id }) => id !== 'B4');
  const { editor, tap, marks, select } = page(state);
  editor.setMarks({ B4: 'region' });
  expect(marks('B3')).toContain('region');
  tap('B3');
  expect(select).toHaveBeenLastCalledWith(['B3', 'B4']);
});

test('a click selects, with Ctrl or Shift as well, on the paper nothing', () => {
  const { tap, select, marks } = page();
  tap('B1');
  tap('B3', { ctrlKey: true });
  tap('B5', { shiftKey: true });
  expect(select).toHaveBeenLastCalledWith(['B1', 'B3', 'B5']);
  tap('B3', { metaKey: true });
  expect(select).toHaveBeenLastCalledWith(['B1', 'B5']);
  expect(['B1', 'B3', 'B5'].filter(id => marks(id).includes('selected'))).toEqual(['B1', 'B5']);
  tap('L1.merge');
  expect(select).toHaveBeenLastCalledWith([]);
  tap('B4');
  tap(null);
  expect(select).toHaveBeenLastCalledWith([]);
});

test('a box adds what is in it to the selection, in one go', async () => {
  const { cy, tap, select } = page();
  tap('B5');
  cy.nodes('#B1, #B2, #L1\\.merge').emit('box');
  await Promise.resolve();
  expect(select.mock.calls).toEqual([[['B5']], [['B5', 'B1', 'B2']]]);
});

test('a selection from elsewhere is shown, told nobody, and brought into view', () => {
  const { editor, cy, marks, select } = page();
  cy.pan({ x: -5000, y: 0 });
  const zoom = cy.zoom();
  editor.setSelected(['B4']);
  expect(marks('B4')).toContain('selected');
  expect(select).not.toHaveBeenCalled();
  expect(cy.zoom()).toBe(zoom);
  const { x, y } = cy.getElementById('B4').position();
  const at = [x * zoom + cy.pan().x, y * zoom + cy.pan().y];
  expect(at[0]! > 0 && at[0]! < 900 && at[1]! > 0 && at[1]! < 300).toBe(true);
  const pan = { ...cy.pan() };
  editor.setSelected(['B5']);
  expect(cy.pan()).toEqual(pan);
});

test('selected blocks that are no longer there are let go of', () => {
  const { editor, tap, select } = page();
  tap('B1');
  tap('B5', { ctrlKey: true });
  const state = sample();
  state.nodes = state.nodes.filter(({ id }) => id !== 'B5');
  editor.update({ ...state, revision: 2 });
  expect(select).toHaveBeenLastCalledWith(['B1']);
});

test('the pointer is told at most ten times a second, the last one always', () => {
  vi.useFakeTimers();
  const { point, cy, hover, marks } = page();
  for (const id of ['B1', 'B2', 'B3', 'B4']) {
    point(id);
  }
  expect(hover.mock.calls).toEqual([['B1']]);
  expect(marks('B4')).toContain('pointer');
  vi.advanceTimersByTime(100);
  expect(hover.mock.calls).toEqual([['B1'], ['B4']]);
  cy.getElementById('B4').emit('mouseout');
  vi.advanceTimersByTime(400);
  expect(hover.mock.calls.at(-1)).toEqual(['']);
  expect(marks('B4')).toEqual([]);
  vi.useRealTimers();
});

test('the pointer of another view is shown without a card, and not told back', () => {
  const { editor, root, marks, hover } = page();
  editor.setHovered('B2');
  expect(marks('B2')).toEqual(['pointer']);
  expect(root.querySelector<HTMLElement>('.osl-card')!.hidden).toBe(true);
  editor.setHovered('');
  expect(marks('B2')).toEqual([]);
  expect(hover).not.toHaveBeenCalled();
});

test('the card tells the facts as text, whatever they hold', () => {
  const state = sample();
  const nasty = '<img src=x onerror=alert(1)>';
  Object.assign(
    state.nodes.find(({ id }) => id === 'B1')!,
    {
      label: nasty,
      facts: [[nasty, '</dd><script>']],
      problem: nasty
    }
  );
  const { point, root } = page(state);
  point('B1');
  const card = root.querySelector<HTMLElement>('.osl-card')!;
  expect(card.hidden).toBe(false);
  expect(card.querySelector('img, script')).toBeNull();
  expect(card.textContent).toBe(`Block ${nasty}${nasty}</dd><script>Problem${nasty}`);
});

test('the candidate is drawn by itself, as text and shapes, and its place stays when it goes', async () => {
  const { editor, root } = page();
  const strip = root.querySelector<HTMLElement>('.osl-strip')!;
  expect(strip.hidden).toBe(true);
  const candidate: Candidate = {
    title: '<i>best</i>',
    rows: [['<b>', '6 5×5', 'blue']],
    nodes: [
      ['input', 'input 1×28×28', 0, 0, 80, 26, []],
      ['block', 'B1', 100, 0, 90, 53, [0, 0]],
      ['output', 'output 10 classes', 200, 0, 80, 26, []]
    ],
    flow: [
      [0, 1],
      [1, 2]
    ],
    link: [[0, 2]]
  };
  editor.setCandidate({ ...candidate, title: 'one that was passed on the way' });
  editor.setCandidate(candidate);
  await vi.waitUntil(() => !strip.hidden);
  expect(strip.querySelector('.osl-strip-title')!.textContent).toBe('<i>best</i>');
  expect([...strip.querySelectorAll('text')].map(text => text.textContent)).toEqual([
    ...['input 1×28×28', '<b> 6 5×5', '<b> 6 5×5', 'output 10 classes']
  ]);
  expect(strip.querySelector('.osl-strip-edge')!.getAttribute('d')!.match(/C/g)).toHaveLength(2);
  expect(strip.querySelector('.osl-strip-link')!.getAttribute('d')!.match(/M/g)).toHaveLength(1);
  expect(strip.querySelector('b, i')).toBeNull();
  editor.setCandidate(null);
  await vi.waitUntil(() => !strip.querySelector('svg'));
  expect(strip.hidden).toBe(false);
});

test('the legend names the families that there are; without scores it says what to do', () => {
  const { editor, root } = page();
  const legend = (): string[] =>
    [...root.querySelectorAll('.osl-legend li:not([hidden])')].map(item => item.textContent);
  expect(legend()).toEqual(['convolution']);
  const about = (): string => root.querySelector('.osl-about')!.textContent;
  expect(about()).toContain('Train the supernet to see scores');
  editor.update({ ...sample(), trained: true, legend: [{ family: 'linear', colour: 'red' }], revision: 2 });
  expect(legend()).toEqual(['linear']);
  expect(about()).toBe('4 layers, 5 blocks, 0 links');
  editor.update({ ...sample(), problem: 'L2 gives 26×26', revision: 3 });
  expect(about()).toBe('The search waits: L2 gives 26×26');
});

test('the legend says what the region is while there is one, as plain text', () => {
  const { editor, root } = page();
  const region = root.querySelector<HTMLElement>('.osl-legend-region')!;
  expect(region.hidden).toBe(true);
  editor.setRegion('union of <b>region 1</b>: 3 blocks');
  expect([region.hidden, region.textContent]).toEqual([false, 'union of <b>region 1</b>: 3 blocks']);
  expect(region.querySelector('b')).toBeNull();
  editor.update({ ...sample(), legend: [{ family: 'linear', colour: 'red' }], revision: 2 });
  expect(root.querySelector('.osl-legend')!.lastElementChild).toBe(region);
  editor.setRegion('');
  expect(region.hidden).toBe(true);
});

test('collapsing is Python’s: the button asks, the trait shows', () => {
  const { editor, button, collapse, press } = page();
  button('collapse').click();
  expect(collapse).toHaveBeenLastCalledWith(true);
  expect(button('collapse').getAttribute('aria-pressed')).toBe('false');
  editor.setCollapsed(true);
  expect(button('collapse').getAttribute('aria-pressed')).toBe('true');
  press('c');
  expect(collapse).toHaveBeenLastCalledWith(false);
});

test('the overview is there while not everything is seen', () => {
  const { editor, root, cy } = page();
  const overview = root.querySelector<HTMLElement>('.osl-overview')!;
  const redraw = (): void => editor.update({ ...(editor.state as GraphState) });
  cy.extent = () => ({ x1: -1000, y1: -1000, x2: 2000, y2: 1000, w: 3000, h: 2000 });
  redraw();
  expect(overview.hidden).toBe(true);
  cy.extent = () => ({ x1: 0, y1: -50, x2: 300, y2: 50, w: 300, h: 100 });
  redraw();
  expect(overview.hidden).toBe(false);
});

test('what was destroyed is gone: the graph, the listeners, the page', async () => {
  const { editor, host, root, cy, stage } = page();
  const disconnect = vi.spyOn(MutationObserver.prototype, 'disconnect');
  editor.setMarks({ B1: 'hover' });
  editor.destroy();
  expect(cy.destroyed()).toBe(true);
  expect(host.childElementCount).toBe(0);
  expect(root.oslGraph).toBeUndefined();
  expect(disconnect).toHaveBeenCalled();
  stage.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
  await frame();
  disconnect.mockRestore();
});
