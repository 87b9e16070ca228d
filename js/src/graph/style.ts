import type { Stylesheet } from 'cytoscape';

import type { Theme } from './theme';

/**
 * cytoscape's elements are invisible: it only finds the element under the mouse, and draws the box of a selection. No
 * rule depends on marks, so marking causes no work in cytoscape.
 */
export function stylesheet(theme: Theme): Stylesheet[] {
  const style = [
    {
      selector: 'core',
      style: {
        'active-bg-opacity': 0,
        'selection-box-color': theme.brand,
        'selection-box-opacity': 0.14,
        'selection-box-border-color': theme.brand,
        'selection-box-border-width': 1
      }
    },
    { selector: 'node, edge', style: { opacity: 0 } },
    {
      selector: 'node',
      style: { width: 'data(width)', height: 'data(height)', shape: 'round-rectangle' }
    },
    { selector: 'edge', style: { 'curve-style': 'straight', events: 'no', width: 1 } },
    {
      selector: 'edge.link',
      style: {
        'curve-style': 'unbundled-bezier',
        'edge-distances': 'node-position',
        'control-point-weights': 'data(weights)',
        'control-point-distances': 'data(distances)',
        events: 'yes',
        width: 3
      }
    }
  ];
  return style as unknown as Stylesheet[];
}
