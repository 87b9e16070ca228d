import type { KernelSpec } from '@jupyterlab/services';
import { expect, test } from 'vitest';

import { newNotebook, sessionSource } from '../src/notebook';
import { DEFAULTS } from '../src/settings';

function specs(defaultName: string, languages: Record<string, string>): KernelSpec.ISpecModels {
  const kernelspecs = Object.entries(languages).map(([name, language]) => [
    name,
    { name, language, display_name: `The ${name}`, argv: [], resources: {} }
  ]);
  return { default: defaultName, kernelspecs: Object.fromEntries(kernelspecs) };
}

function kernelOf(models: KernelSpec.ISpecModels | null): unknown {
  return newNotebook(DEFAULTS, models).metadata.kernelspec?.name;
}

test('it opens a session and its editor, and has not been run', () => {
  const { cells, nbformat, nbformat_minor } = newNotebook(DEFAULTS, null);
  expect(cells.map(cell => cell.cell_type)).toEqual(['markdown', 'code', 'code']);
  expect(cells[1]?.source).toBe(
    'import oneshot_lab as osl\n\nsession = osl.SearchSession("lenet", data="digits", seed=0)'
  );
  expect(cells[2]?.source).toBe('osl.LegoView(session)');
  expect(cells.slice(1).every(cell => cell.execution_count === null)).toBe(true);
  // From this version on, each cell has an id.
  expect([nbformat, nbformat_minor]).toEqual([4, 5]);
  expect(new Set(cells.map(cell => cell.id)).size).toBe(3);
});

test('what is set stands in the line that opens the session; the plain width does not', () => {
  const settings = { template: 'vgg11', data: 'cifar10', width: 0.25, seed: 7 };
  expect(sessionSource(settings)).toBe(
    'session = osl.SearchSession("vgg11", data="cifar10", width=0.25, seed=7)'
  );
  expect(sessionSource({ ...settings, width: 1 })).not.toContain('width');
});

test('a path is one Python text, whatever is in it', () => {
  const source = sessionSource({ ...DEFAULTS, data: 'C:\\new "images"\n' });
  expect(source).toContain('data="C:\\\\new \\"images\\"\\n",');
  expect(source).not.toContain('\n');
});

test('the kernel is the default one if that is a Python, else the first that is, else the usual one', () => {
  expect(kernelOf(specs('torch', { python3: 'python', torch: 'python' }))).toBe('torch');
  expect(kernelOf(specs('ir', { ir: 'R', julia: 'julia', mine: 'python' }))).toBe('mine');
  expect(kernelOf(specs('ir', { ir: 'R' }))).toBe('python3');
  expect(kernelOf(null)).toBe('python3');
});
