/**
 * Whether a notebook's kernel is connected. ipywidgets reports only a restart; widgets are not told if their kernel was
 * shut down, died, was replaced or is out of reach.
 */

interface Signal {
  connect(slot: () => void): boolean;
  disconnect(slot: () => void): boolean;
}

/** A message on its way to the kernel (`send`) or from it. */
export interface Sent {
  msg: {
    header: { msg_id: string; msg_type: string };
    parent_header: { msg_id?: string };
    content: { execution_state?: string };
  };
  direction: string;
}

export interface Messages {
  connect(slot: (sender: unknown, sent: Sent) => void): boolean;
  disconnect(slot: (sender: unknown, sent: Sent) => void): boolean;
}

interface SessionContext {
  session: {
    kernel: { id?: string; status: string; connectionStatus: string; anyMessage?: Messages } | null;
  } | null;
  statusChanged: Signal;
  connectionStatusChanged: Signal;
  kernelChanged: Signal;
}

/** Why messages do not reach the kernel that made a widget. A kernel that is out of reach may come back. */
export type Loss = 'restarted' | 'died' | 'shut down' | 'out of reach';

export interface Kernel {
  isAlive(): boolean;
  loss(): Loss | null;
  /** Stops reporting changes. */
  forget(): void;
}

const LOSSES: Readonly<Record<string, Loss>> = {
  dead: 'died',
  autorestarting: 'died',
  restarting: 'restarted',
  terminating: 'shut down'
};

function contextOf(manager: unknown): SessionContext | undefined {
  return (manager as { context?: { sessionContext?: SessionContext } }).context?.sessionContext;
}

/** All messages between a notebook and its kernel, or null. */
export function messagesOf(manager: unknown): Messages | null {
  return contextOf(manager)?.session?.kernel?.anyMessage ?? null;
}

/** The kernel of a notebook's widget manager, or null: other pages manage their widgets otherwise. */
export function kernelOf(manager: unknown, changed: () => void): Kernel | null {
  const session = contextOf(manager);
  if (!session) {
    return null;
  }
  const id = session.session?.kernel?.id;
  // Another kernel, or a new life of the same one, knows nothing of the widgets that are here already.
  let forGood: Loss | null = null;
  const loss = (): Loss | null => {
    const kernel = session.session?.kernel;
    const now = !kernel || kernel.id !== id ? 'shut down' : (LOSSES[kernel.status] ?? null);
    forGood = now === 'died' ? now : (forGood ?? now);
    return forGood ?? (kernel!.connectionStatus === 'connected' ? null : 'out of reach');
  };
  const look = (): void => {
    loss();
    changed();
  };
  const signals = [session.statusChanged, session.connectionStatusChanged, session.kernelChanged];
  signals.forEach(signal => signal.connect(look));
  return {
    isAlive: () => loss() === null,
    loss,
    forget: () => signals.forEach(signal => signal.disconnect(look))
  };
}
