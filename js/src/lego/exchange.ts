/** Whole networks that come and go: templates, files, Python. */

import { copy, download, read } from '../common/files';
import type { Host } from './host';

export function startFrom(host: Host, name: string): void {
  const undone = (): void => host.revertTemplate();
  host.request(
    () => [
      { kind: 'template', name },
      { done: () => host.say(`Template ${name}`), refused: undone }
    ],
    { dropped: undone }
  );
}

/** Offers the network as a file. */
export function save(host: Host): void {
  ask(host, 'file', (name, text) => {
    download(name, text);
    host.say(`Saved ${name}`);
  });
}

/** Puts the network onto the clipboard as Python; where that is not allowed, offers it as a file. */
export function copyPython(host: Host): void {
  ask(host, 'python', async (name, text) => {
    const copied = await copy(text);
    if (!copied) {
      download(name, text);
    }
    host.say(copied ? 'Copied as Python' : `The browser does not allow copying: saved ${name} instead`);
  });
}

function ask(
  host: Host,
  kind: 'file' | 'python',
  take: (name: string, text: string) => void | Promise<void>
): void {
  host.request(() => [
    { kind },
    { result: given => void (given.kind === 'file' && take(given.name, given.text)) }
  ]);
}

export async function load(host: Host, file: File): Promise<void> {
  try {
    const text = await read(file);
    host.request(() => [{ kind: 'load', text }, { done: () => host.say(`Loaded ${file.name}`) }]);
  } catch (error) {
    host.say(error instanceof Error ? error.message : String(error));
  }
}
