/** The editor in a plain page, over a stand-in for Python: `npm run demo`. */

import { LegoEditor } from '../src/lego/editor';
import { CATALOGUE, FakePython, block, component, layer, state } from '../test/lego/fake';

const large = new URLSearchParams(location.search).has('large');

const conv = (from: number, to: number, fitness: number | null = null) =>
  layer(
    ...[3, 5, 7].map((kernel, index) => ({
      ...block({
        ...component('Conv2d', `${from}, ${to}, ${kernel}${index ? `, padding=${index}` : ''}`),
        parameters: from * to * kernel ** 2 + to
      }),
      fitness: fitness === null ? null : [fitness / 2, fitness, fitness / 5][index]!
    }))
  );

const lenet = () => {
  const network = state(
    conv(1, 6, 0.83),
    layer({ ...block(component('ReLU'), component('MaxPool2d', '2')), fitness: 1 }),
    conv(6, 16, 0.75),
    layer({ ...block(component('ReLU'), component('MaxPool2d', '2')), fitness: 1 }),
    layer(
      { ...block(component('Flatten'), component('Linear', '400, 84')), fitness: 0.67 },
      { ...block(component('Linear', '400, 120'), component('Linear', '120, 84')), untrained: true }
    ),
    layer(block(component('ReLU'))),
    layer(block(component('Linear', '84, 10')))
  );
  const shapes = ['6×26×26', '6×13×13', '16×11×11', '16×5×5', '84 features', '84 features', '10 features'];
  network.layers.forEach((one, index) => {
    one.output = shapes[index]!;
    one.parameters = [510, 0, 8080, 0, 91_000, 0, 850][index]!;
  });
  network.links = [{ id: 'K1', source: 'L2', target: 'L4' }];
  const repaired = network.layers[2]!.blocks[1]!.components[0]!;
  repaired.repairs = [{ name: 'padding', old: '0', new: '1', reason: 'same size as B5' }];
  const wrong = network.layers[4]!.blocks[1]!;
  wrong.problem = {
    item: wrong.id,
    message: 'Linear takes features, and gets 16×5×5',
    expected: 'features',
    remedy: 'Put Flatten before it',
    fix: [{ edit: 'AddComponent', block: wrong.id, kind: 'Flatten', params: '', index: 0 }]
  };
  network.problem = wrong.problem;
  network.output = '10 features';
  return network;
};

const vgg = () => state(...Array.from({ length: 20 }, () => conv(64, 64, 0.6)));

const host = document.getElementById('host')!;
const editor = new LegoEditor(host, {
  catalogue: CATALOGUE,
  send: message => setTimeout(() => python.receive(message), 5)
});
const python = new FakePython(
  large ? vgg() : lenet(),
  answer => editor.answer(answer),
  next => editor.update(next)
);
const started = performance.now();
editor.update(structuredClone(python.state));
Object.assign(window, { editor, python, opened: performance.now() - started });
