import { expect, test } from 'vitest';

import { MOST, picture } from '../../src/common/picture';

const svg = (inner: string, attributes = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inner}</svg>`;
const shown = (text: string): HTMLElement => picture(text, 'kept');
const source = (text: string): string =>
  decodeURIComponent((shown(text) as HTMLImageElement).src.replace('data:image/svg+xml,', ''));

test('a picture is an image, and what it says of itself the alternative', () => {
  const image = shown(svg('<rect width="4" height="3" fill="#0072b2"/>', 'aria-label="The network lenet"'));
  expect(image.tagName).toBe('IMG');
  expect(image.className).toBe('kept');
  expect((image as HTMLImageElement).alt).toBe('The network lenet');
});

test('of our own pictures all is left that is seen', () => {
  const style =
    '<style>.box { fill: var(--paper); stroke: #9a9a9a } @media (prefers-color-scheme: dark) {}</style>';
  const inner = `<title>B1</title>${style}<g class="network" transform="translate(1 2)"><path d="M0 0" class="edge"/>
    <text x="1" y="2" class="name">3×3 <tspan class="soft">a &amp; b</tspan></text></g>`;
  const found = source(svg(inner, 'width="4" height="3" viewBox="0 0 4 3"'));
  for (const part of [
    '<title>B1',
    'var(--paper)',
    'translate(1 2)',
    'd="M0 0"',
    'a &amp; b',
    'viewBox="0 0 4 3"'
  ]) {
    expect(found).toContain(part);
  }
});

test.each([
  '<script>mark()</script>',
  '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">mark</div></foreignObject>',
  '<image href="mark.png"/>',
  '<use href="#mark"/>',
  '<a href="mark.html"><text>here</text></a>',
  '<animate attributeName="x" values="mark"/>',
  '<set attributeName="x" to="mark"/>',
  '<style>@import "mark.css";</style>',
  '<style>.a { fill: url(mark.svg) }</style>',
  '<style>.a { animation: mark 1s infinite }</style>',
  '<style>.a { fill: u\\72l(mark.svg) }</style>',
  '<rect onload="mark()"/>',
  '<rect style="fill: url(mark.svg)"/>',
  '<rect fill="url(mark.svg)"/>',
  '<rect xlink:href="mark.svg"/>',
  '<!-- mark -->',
  '<?xml-stylesheet href="mark.css"?>',
  '<html:p xmlns:html="http://www.w3.org/1999/xhtml">mark</html:p>'
])('what runs, loads or acts is taken out: %s', inner => {
  expect(source(svg(`${inner}<rect width="1"/>`))).not.toContain('mark');
  expect(source(svg(`${inner}<rect width="1"/>`))).toContain('<rect');
});

test('the outermost element is cleaned as well', () => {
  expect(source(svg('', 'onload="mark()" style="background: url(mark.png)"'))).not.toContain('mark');
});

test.each([
  '',
  'no picture',
  '<p/>',
  '<html xmlns="http://www.w3.org/1999/xhtml"/>',
  '<svg xmlns="http://www.w3.org/2000/svg">'
])('what is no picture is told: %j', text => {
  expect(shown(text).tagName).toBe('DIV');
  expect(shown(text).textContent).toContain('There is no picture');
});

test('entities of its own, and more than the largest of ours by far, are not read', () => {
  expect(shown(`<!DOCTYPE svg [<!ENTITY a "b">]>${svg('<text>&a;</text>')}`).tagName).toBe('DIV');
  expect(shown(svg(`<title>${'x'.repeat(MOST)}</title>`)).tagName).toBe('DIV');
});
