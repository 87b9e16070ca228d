/** A tab of JupyterLab's main area. Fetched when one is opened: other programs have neither tabs nor the modules for them. */

import { MainAreaWidget } from '@jupyterlab/apputils';
import { Panel } from '@lumino/widgets';

import { icon } from '../icon';

export type Tab = MainAreaWidget<Panel>;

/**
 * Makes an empty tab. @param label - Its title.
 * @param notebook - The name of the notebook that it belongs to.
 */
export function makeTab(label: string, notebook: string): Tab {
  // ipywidgets would override a tab's own layout, so a box separates the two.
  const tab = new MainAreaWidget({ content: new Panel() });
  tab.toolbar.hide();
  tab.addClass('osl-lab-tab');
  Object.assign(tab.title, { label, icon, caption: `${label} of ${notebook}` });
  return tab;
}
