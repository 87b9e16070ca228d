import type { Widget } from '@lumino/widgets';

/** What belongs to a document beside its own widgets: the shortcut for saving saves it there as well. */
interface Document {
  addSibling(widget: Widget, options: { ref: string; mode: 'tab-after'; type: string }): unknown;
}

export interface Place {
  cell: Widget;
  notebook: Widget & { context: Document };
  shell: Widget & { activateById(id: string): void };
}

/**
 * The cell and the notebook around a widget and JupyterLab around those, or null: consoles have no document, Notebook 7
 * has no tabs, and a Lab in a tab has no notebook around it.
 */
export function placeOf(widget: Widget): Place | null {
  let cell: Widget | null = null;
  let notebook: Place['notebook'] | null = null;
  let outermost = widget;
  for (let parent = widget.parent; parent; parent = parent.parent) {
    outermost = parent;
    if (parent.hasClass('jp-Cell')) {
      cell = parent;
    }
    if (!notebook && (parent as Widget & { context?: Document }).context?.addSibling) {
      notebook = parent as Place['notebook'];
    }
  }
  return cell && notebook && outermost.hasClass('jp-LabShell')
    ? { cell, notebook, shell: outermost as Place['shell'] }
    : null;
}
