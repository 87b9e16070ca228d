/** Selects, joins and removes nodes and links. */

import type { Host } from './host';
import type { GraphNode } from './protocol';
import { describeLink } from './walk';

/** Handles a click or Enter on a node or link: continues a link that is being drawn, or selects the item. */
export function choose(host: Host, id: string | null, { also = false } = {}): void {
  const item = host.item(id);
  if (host.linking.active) {
    if (item && 'role' in item) {
      takeEnd(host, item);
    }
  } else if (!item) {
    if (!also) {
      host.select([]);
    }
  } else if ('role' in item) {
    select(host, item, also);
  } else if (item.link) {
    host.selectLink(item.id);
    host.say(`${describeLink(item)} selected: Delete removes it`);
  }
  host.tell();
}

function select(host: Host, node: GraphNode, also: boolean): void {
  if (!also) {
    return host.select(node.blocks);
  }
  const isIn = node.blocks.every(block => host.selected.has(block));
  const others = [...host.selected].filter(block => !node.blocks.includes(block));
  host.select(isIn ? others : [...others, ...node.blocks]);
}

export function selectAll(host: Host): void {
  host.select([...host.scene.nodes.values()].flatMap(node => node.blocks));
}

/** The link key: starts at the node where the keyboard is, else the next click does. Again: it leaves the link. */
export function startLink(host: Host): void {
  if (!host.requests.permits()) {
    return;
  }
  if (host.linking.active) {
    return letGo(host);
  }
  const item = host.keyboard ? host.item(host.current) : undefined;
  host.linking.begin();
  if (item && 'role' in item) {
    takeEnd(host, item);
  } else {
    host.say('Click the layer where the link starts, then a later one (Escape cancels)');
  }
}

/** Starts a link at a node, or ends it there. */
export function takeEnd(host: Host, node: GraphNode): void {
  const { linking } = host;
  if (!linking.from) {
    linking.begin(node);
    host.say(`Link from ${node.layer ?? node.role}: now choose a later layer (Escape cancels)`);
  } else if (node !== linking.from) {
    const edit = linking.end(node);
    if (typeof edit === 'string') {
      host.say(edit);
    } else if (edit.edit === 'AddLink') {
      host.requests.edit([edit], `Linked ${edit.source} to ${edit.target}`);
    }
  }
}

/** Cancels a link, or clears the selection. */
export function letGo(host: Host): void {
  if (host.linking.active) {
    host.linking.cancel();
    host.say('Link cancelled');
  } else {
    host.select([]);
  }
}

/** Removes the selected link, or the selected blocks. */
export function remove(host: Host): void {
  const item = host.item(host.link);
  if (item && 'link' in item && item.link) {
    const [source, target] = item.link;
    host.requests.edit(
      [{ edit: 'RemoveLink', source, target }],
      `Removed the link from ${source} to ${target}`
    );
  } else if (host.selected.size) {
    const blocks = [...host.selected];
    const what = blocks.length > 4 ? `${blocks.length} blocks` : blocks.join(', ');
    host.requests.edit(
      blocks.map(block => ({ edit: 'RemoveBlock', block })),
      `Removed ${what}: Ctrl+Z brings ${blocks.length > 1 ? 'them' : 'it'} back`
    );
  } else {
    host.say('Select a link or blocks first: Delete removes them');
  }
}

export function history(host: Host, kind: 'undo' | 'redo'): void {
  // Look up the selection only when the request is due, since earlier requests may change it.
  host.requests.ask(() =>
    (kind === 'undo' ? host.state?.can_undo : host.state?.can_redo)
      ? [{ kind }, { done: () => host.say(kind === 'undo' ? 'Undone' : 'Redone') }]
      : `There is nothing to ${kind}`
  );
}
