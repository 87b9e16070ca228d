import { Panel, Widget } from '@lumino/widgets';
import { expect, test } from 'vitest';

import { placeOf } from '../../src/lab/place';

const context = { addSibling: () => undefined };

/** A widget in panels, from the outermost to the nearest, each with these properties. */
function within(...around: object[]): [Widget, Panel[]] {
  const panels = around.map(properties => Object.assign(new Panel(), properties));
  const widget = new Widget();
  [...panels, widget].reduce((outer, inner) => ((outer as Panel).addWidget(inner), inner));
  return [widget, panels];
}

const labShell = (panels: Panel[]): void => panels[0]!.addClass('jp-LabShell');

test('in a cell of a notebook in JupyterLab it has all three', () => {
  const [widget, panels] = within({}, {}, { context }, {}, {});
  labShell(panels);
  expect(placeOf(widget)).toBeNull();
  panels[3]!.addClass('jp-Cell');
  expect(placeOf(widget)).toEqual({ cell: panels[3], notebook: panels[2], shell: panels[0] });
});

test('a console, whose panel has no document, and a tab of its own are no place for it', () => {
  for (const around of [{}, { context: {} }]) {
    const [widget, panels] = within({}, around);
    labShell(panels);
    expect(placeOf(widget)).toBeNull();
  }
});

test('in Notebook 7 there are no tabs, and elsewhere there is nothing', () => {
  expect(placeOf(within({}, { context })[0])).toBeNull();
  expect(placeOf(new Widget())).toBeNull();
});
