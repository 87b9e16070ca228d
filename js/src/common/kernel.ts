/**
 * Whether a notebook's kernel is there. ipywidgets tells of a restart only; a kernel that was shut down, died or
 * is out of reach leaves its widgets as they were.
 */

interface Signal {
  connect(slot: () => void): boolean;
  disconnect(slot: () => void): boolean;
}

interface SessionContext {
  session: { kernel: { status: string; connectionStatus: string } | null } | null;
  statusChanged: Signal;
  connectionStatusChanged: Signal;
  kernelChanged: Signal;
}

export interface Kernel {
  isAlive(): boolean;
  /** Stops telling of changes. */
  forget(): void;
}

const GONE = ['dead', 'terminating', 'restarting', 'autorestarting'];

/** The kernel of a notebook's widget manager, or null: other pages manage their widgets otherwise. */
export function kernelOf(manager: unknown, changed: () => void): Kernel | null {
  const session = (manager as { context?: { sessionContext?: SessionContext } }).context?.sessionContext;
  if (!session) {
    return null;
  }
  const signals = [session.statusChanged, session.connectionStatusChanged, session.kernelChanged];
  signals.forEach(signal => signal.connect(changed));
  return {
    isAlive: () => {
      const kernel = session.session?.kernel;
      return !!kernel && kernel.connectionStatus === 'connected' && !GONE.includes(kernel.status);
    },
    forget: () => signals.forEach(signal => signal.disconnect(changed))
  };
}
