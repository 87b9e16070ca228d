/** Line icons of 16 by 16, drawn in the colour of the text around them. */

const PATHS = {
  undo: 'M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7',
  redo: 'M10 3l3.5 3.5L10 10M13.5 6.5H6a3.5 3.5 0 0 0 0 7h3',
  save: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  load: 'M8 10.5V2.5M4.5 5.5 8 2l3.5 3.5M2.5 13.5h11',
  code: 'M5.5 4 1.5 8l4 4M10.5 4l4 4-4 4',
  help: 'M5.7 6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.1.9-1.1 1.8M8 12.3v.2',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  chevron: 'M4 6l4 4 4-4',
  minus: 'M3 8h10',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  stack: 'M2.5 5.5h8v8h-8zM5 3.5h7.5V11',
  open: 'M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v4h-9v-9h4',
  link: 'M1.5 12.5h3M11.5 12.5h3M3 12.5C3 2 13 2 13 11M10.8 9 13 11.4 15 9',
  bulb: 'M6 11.5v-1C4.6 9.7 3.8 8.4 3.8 6.8a4.2 4.2 0 0 1 8.4 0c0 1.6-.8 2.9-2.2 3.7v1zM6.5 14h3',
  grip: 'M6 4v.1M10 4v.1M6 8v.1M10 8v.1M6 12v.1M10 12v.1'
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `osl-icon osl-icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
