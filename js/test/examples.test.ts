import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';
import { beforeEach, expect, test, vi } from 'vitest';

import { copyExamples, type Example } from '../src/examples';

/** A server's files: notebooks by path, and null for a folder. */
let files: Map<string, unknown>;
let refusal: number | null;

const example = (name: string): Example & { load: ReturnType<typeof vi.fn> } => ({
  name,
  load: vi.fn(async () => ({ from: name }) as unknown as INotebookContent)
});

const contents = {
  localPath: (path: string) => path.split(':').pop(),
  resolvePath: (root: string, path: string) => (root ? `${root}/${path}` : path),
  get: async (path: string) => {
    if (refusal !== null || !files.has(path)) {
      throw Object.assign(new Error('refused'), { response: { status: refusal ?? 404 } });
    }
    if (files.get(path) !== null) {
      return { type: 'notebook', content: files.get(path) };
    }
    const inside = [...files.keys()].filter(name => name.startsWith(`${path}/`));
    return { type: 'directory', content: inside.map(name => ({ name: name.slice(path.length + 1) })) };
  },
  save: async (path: string, model: Partial<Contents.IModel>) => {
    files.set(path, model.type === 'directory' ? null : model.content);
  }
} as unknown as Contents.IManager;

beforeEach(() => {
  files = new Map();
  refusal = null;
});

test('the examples get a folder of their own where the person is', async () => {
  const path = await copyExamples(contents, 'mine', [example('quickstart.ipynb'), example('study.ipynb')]);
  expect(path).toBe('mine/oneshot-lab-examples/quickstart.ipynb');
  expect(Object.fromEntries(files)).toEqual({
    'mine/oneshot-lab-examples': null,
    'mine/oneshot-lab-examples/quickstart.ipynb': { from: 'quickstart.ipynb' },
    'mine/oneshot-lab-examples/study.ipynb': { from: 'study.ipynb' }
  });
});

test('what is there stays as it is; what is missing is added', async () => {
  files.set('oneshot-lab-examples', null).set('oneshot-lab-examples/quickstart.ipynb', 'my changes');
  const [first, second] = [example('quickstart.ipynb'), example('study.ipynb')];
  await copyExamples(contents, '', [first, second]);
  expect(files.get('oneshot-lab-examples/quickstart.ipynb')).toBe('my changes');
  expect(first.load).not.toHaveBeenCalled();
  expect(files.get('oneshot-lab-examples/study.ipynb')).toEqual({ from: 'study.ipynb' });
});

test.each(['oneshot-lab-examples', 'drive:oneshot-lab-examples', 'a/oneshot-lab-examples'])(
  'in the folder itself (%s) no second one is made',
  async folder => {
    files.set(folder, null);
    expect(await copyExamples(contents, folder, [example('quickstart.ipynb')])).toBe(
      `${folder}/quickstart.ipynb`
    );
    expect([...files.keys()]).toEqual([folder, `${folder}/quickstart.ipynb`]);
  }
);

test('a file of the name of the folder is left alone, and told', async () => {
  files.set('oneshot-lab-examples', 'a file');
  await expect(copyExamples(contents, '', [example('quickstart.ipynb')])).rejects.toThrow('is a file');
  expect([...files]).toEqual([['oneshot-lab-examples', 'a file']]);
});

test('nothing is written where the server does not say what is there', async () => {
  refusal = 500;
  await expect(copyExamples(contents, '', [example('quickstart.ipynb')])).rejects.toThrow('refused');
  expect(files.size).toBe(0);
});
