import { expect, test, vi } from 'vitest';

import { Controls } from '../../src/lab/controls';

function lab(): HTMLElement {
  const root = document.createElement('div');
  root.innerHTML = '<button class="jupyter-button">Train</button><div class="osl-scroll"></div>';
  return root;
}

test('controls are taken away and given back; what can be read stays', () => {
  const root = lab();
  const controls = new Controls(root);
  controls.enable(false);
  expect(root.querySelector('button')!.hasAttribute('inert')).toBe(true);
  expect(root.querySelectorAll('[inert]')).toHaveLength(1);
  expect(root.classList).toContain('osl-lab-lost');
  controls.enable(true);
  expect(root.querySelector('[inert]')).toBeNull();
  expect(root.classList).not.toContain('osl-lab-lost');
});

test('views that are late are dead as well, until nobody looks any more', async () => {
  const root = lab();
  const controls = new Controls(root);
  controls.enable(false);
  root.append(Object.assign(document.createElement('div'), { className: 'widget-dropdown' }));
  await vi.waitFor(() => expect(root.lastElementChild!.hasAttribute('inert')).toBe(true));
  controls.destroy();
  const late = Object.assign(document.createElement('div'), { className: 'widget-dropdown' });
  root.append(late);
  await new Promise(resolve => setTimeout(resolve));
  expect(late.hasAttribute('inert')).toBe(false);
});

test('the same said again, as at every turn of the kernel, goes through nothing', () => {
  const root = lab();
  const controls = new Controls(root);
  const look = vi.spyOn(root, 'querySelectorAll');
  [true, true, false, false].forEach(enabled => controls.enable(enabled));
  expect(look).toHaveBeenCalledTimes(1);
  controls.destroy();
});
