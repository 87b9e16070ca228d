/** Of bqplot's scatter, what the map's dots use: JupyterLab shares bqplot, so that it is not installed for tests. */
export class Scatter {
  el = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  model: unknown;
  scales = { x: { scale: (at: number) => 10 * at, offset: 5 }, y: { scale: (at: number) => at, offset: 0 } };

  set_ranges(): void {}
}
