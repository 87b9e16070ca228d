/** The name and version in package.json, which TypeScript does not compile. */

declare function require(path: '../package.json'): { name: string; version: string };

export const { name: MODULE, version: VERSION } = require('../package.json');

/** The settings belong to this plugin: schema/plugin.json is named after it, and so are the menus' entries. */
export const PLUGIN = 'oneshot-lab:plugin';

/** The traits by which ipywidgets finds a model and its view again. */
export function classTraits(model: string, view: string): Record<string, string> {
  return {
    _model_name: model,
    _model_module: MODULE,
    _model_module_version: VERSION,
    _view_name: view,
    _view_module: MODULE,
    _view_module_version: VERSION
  };
}
