/** Connects the graph with ipywidgets: receives traits, sends messages. */

import type { Core } from 'cytoscape';
import { CytoscapeModel, CytoscapeView } from 'jupyter-cytoscape';

import { watch } from '../common/attention';
import { Connection, follow } from '../common/connection';
import type { Answer } from '../common/messages';
import { classTraits } from '../package';
import { GraphEditor } from './editor';
import type { GraphState } from './protocol';
import '../../style/graph.css';

export class GraphModel extends CytoscapeModel {
  override defaults(): ReturnType<CytoscapeModel['defaults']> {
    return {
      ...super.defaults(),
      ...classTraits('GraphModel', 'GraphView'),
      state: null,
      candidate: null,
      marks: {},
      region: '',
      identity: '',
      selected_blocks: [],
      hovered_block: '',
      collapsed: false
    };
  }
}

/**
 * ipycytoscape creates cytoscape; we draw on a canvas of our own. ipycytoscape's own drawing runs a layout at every
 * change and is never removed.
 */
export class GraphView extends CytoscapeView {
  private editor: GraphEditor | null = null;
  private connection: Connection | null = null;
  private forgetLooks: (() => void) | null = null;
  private isGone = false;

  override render(): void {
    this.el.classList.add('jupyter-widgets');
    // Cytoscape needs a place in the page.
    void this.displayed.then(() => this.isGone || this.start());
  }

  private start(): void {
    const editor = (this.editor = new GraphEditor(this.el, {
      create: container => this.create(container),
      send: message => this.send(message),
      select: blocks => this.connection?.tell('selected_blocks', blocks),
      hover: block => this.connection?.tell('hovered_block', block),
      collapse: collapsed => this.connection?.tell('collapsed', collapsed)
    }));
    const { model } = this;
    follow(this, 'collapsed', collapsed => editor.setCollapsed(collapsed));
    follow(this, 'state', (state: GraphState | null) => state?.nodes && editor.update(state));
    follow(this, 'marks', marks => editor.setMarks(marks ?? {}));
    follow(this, 'region', region => editor.setRegion(region ?? ''));
    follow(this, 'candidate', candidate => editor.setCandidate(candidate?.nodes ? candidate : null));
    follow(this, 'selected_blocks', blocks => editor.setSelected(blocks));
    follow(this, 'hovered_block', block => editor.setHovered(block));
    this.forgetLooks = watch(model.get('identity'), blocks => editor.setLooked(blocks));
    this.listenTo(model, 'msg:custom', (answer: Answer) => this.editor?.answer(answer));
    this.connection = new Connection(this, () => this.connect());
    this.connect();
  }

  /** Makes the base class create the graph in a child of the view's element, since cytoscape regards a moved element as removed. */
  private create(container: HTMLElement): Core {
    const { el } = this;
    this.el = container;
    this.init_render();
    this.el = el;
    const graph = this.cytoscape_obj!;
    // Its tooltips would make HTML of names.
    graph.off('click');
    return graph;
  }

  private connect(): void {
    this.editor?.setConnected(this.connection?.isAlive ?? true);
  }

  override remove(): void {
    this.isGone = true;
    this.forgetLooks?.();
    this.editor?.destroy();
    // A model, and with it a view, outlives its comm; the drawing need not.
    this.connection = this.editor = this.cytoscape_obj = this.forgetLooks = null;
    super.remove();
  }
}
