import type { Stylesheet } from 'cytoscape';

import type { Theme } from './theme';

/** How cytoscape draws: the edges. Nodes are only there to be pointed at, `paint.ts` draws them. */
export function stylesheet(theme: Theme): Stylesheet[] {
  const style = [
    {
      selector: 'core',
      style: {
        'active-bg-opacity': 0,
        'selection-box-color': theme.brand,
        'selection-box-opacity': 0.12,
        'selection-box-border-color': theme.brand,
        'selection-box-border-width': 1
      }
    },
    {
      selector: 'node',
      style: {
        width: 'data(width)',
        height: 'data(height)',
        shape: 'round-rectangle',
        'background-opacity': 0
      }
    },
    { selector: 'node[role = "join"], node[role = "merge"]', style: { shape: 'ellipse' } },
    { selector: 'node:active, edge:active', style: { 'overlay-opacity': 0 } },
    {
      selector: 'edge',
      style: {
        'curve-style': 'unbundled-bezier',
        'edge-distances': 'node-position',
        'control-point-weights': 'data(weights)',
        'control-point-distances': 'data(distances)',
        'line-color': theme.line,
        width: 1.2
      }
    },
    { selector: 'edge.flow', style: { events: 'no' } },
    {
      selector: 'edge.link',
      style: {
        'line-color': theme.quiet,
        'line-style': 'dashed',
        'line-dash-pattern': [7, 4],
        width: 2,
        'target-arrow-shape': 'triangle',
        'target-arrow-color': theme.quiet,
        'arrow-scale': 0.9,
        label: 'data(label)',
        color: theme.quiet,
        'font-family': theme.font,
        'font-size': 10,
        'min-zoomed-font-size': 6,
        'text-background-color': theme.paper,
        'text-background-opacity': 0.9,
        'text-background-padding': 2
      }
    },
    { selector: 'edge.dim', style: { 'line-opacity': 0.35 } },
    {
      selector: 'edge.path',
      style: { 'line-color': theme.green, 'target-arrow-color': theme.green, width: 2.4 }
    },
    {
      selector: 'edge.pointer',
      style: { width: 3, 'line-color': theme.text, 'target-arrow-color': theme.text }
    },
    {
      selector: 'edge.selected',
      style: { 'line-color': theme.brand, 'target-arrow-color': theme.brand, 'line-style': 'solid', width: 3 }
    },
    {
      selector: 'edge.current',
      style: { 'overlay-color': theme.brand, 'overlay-opacity': 0.18, 'overlay-padding': 5 }
    }
  ];
  return style as unknown as Stylesheet[];
}
