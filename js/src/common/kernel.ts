/**
 * Whether a notebook's kernel is there. ipywidgets tells of a restart only; a kernel that was shut down, died, was
 * exchanged or is out of reach leaves its widgets as they were.
 */

interface Signal {
  connect(slot: () => void): boolean;
  disconnect(slot: () => void): boolean;
}

interface SessionContext {
  session: { kernel: { id?: string; status: string; connectionStatus: string } | null } | null;
  statusChanged: Signal;
  connectionStatusChanged: Signal;
  kernelChanged: Signal;
}

/** Why nothing reaches the kernel that made a widget. What is only out of reach may come back. */
export type Loss = 'restarted' | 'died' | 'shut down' | 'out of reach';

export interface Kernel {
  isAlive(): boolean;
  loss(): Loss | null;
  /** Stops telling of changes. */
  forget(): void;
}

const LOSSES: Readonly<Record<string, Loss>> = {
  dead: 'died',
  autorestarting: 'died',
  restarting: 'restarted',
  terminating: 'shut down'
};

/** The kernel of a notebook's widget manager, or null: other pages manage their widgets otherwise. */
export function kernelOf(manager: unknown, changed: () => void): Kernel | null {
  const session = (manager as { context?: { sessionContext?: SessionContext } }).context?.sessionContext;
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
