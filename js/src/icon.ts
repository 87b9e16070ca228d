import { LabIcon } from '@jupyterlab/ui-components';

/**
 * A supernet: layers of blocks with one path through them. JupyterLab's classes set the theme's colours; the colours
 * here apply without a theme.
 */
const svgstr = `
<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <rect x="1" y="6" width="4" height="4" rx="1"/>
    <rect x="6" y="6" width="4" height="4" rx="1"/>
  </g>
  <g fill="none" stroke-width="1.2">
    <path class="jp-icon-brand1" d="M8 3 13 8 8 13" stroke="#1976d2"/>
  </g>
  <g class="jp-icon-brand1" fill="#1976d2">
    <rect x="6" y="1" width="4" height="4" rx="1"/>
    <rect x="11" y="6" width="4" height="4" rx="1"/>
    <rect x="6" y="11" width="4" height="4" rx="1"/>
  </g>
</svg>`;

export const icon = new LabIcon({ name: 'oneshot-lab:icon', svgstr });
