import { WidgetModel, type WidgetView } from '@jupyter-widgets/base';

/**
 * Removes the remaining views inside a removed view whose models stay: ipywidgets leaves views of layouts and styles,
 * bqplot those of scales, axes and interactions. Each would follow its model, and hold on to all that was drawn.
 */
export async function removeLeftovers(removed: WidgetView): Promise<void> {
  // Elements that are removed with the view are gone by then.
  await new Promise(resolve => setTimeout(resolve));
  const models = modelsWithin(removed.model);
  const views = models.flatMap(model => Object.values(model.views ?? {}));
  for (const view of await Promise.all(views)) {
    if (isWithin(view, removed)) {
      view.remove();
    }
  }
}

/** A model, and all that are reached from it through its traits. */
function modelsWithin(model: WidgetModel): WidgetModel[] {
  const found = new Set<WidgetModel>();
  const look = (value: unknown): void => {
    if (value instanceof WidgetModel) {
      if (!found.has(value)) {
        found.add(value);
        look(value.attributes);
      }
    } else if (Array.isArray(value)) {
      value.forEach(look);
    } else if (value && Object.getPrototypeOf(value) === Object.prototype) {
      Object.values(value).forEach(look);
    }
  };
  look(model);
  return [...found];
}

function isWithin(view: WidgetView, outer: WidgetView): boolean {
  for (let at: WidgetView | undefined = view; at; at = at.options?.parent) {
    if (at === outer) {
      return true;
    }
  }
  return false;
}
