import type { Machine } from '../machine.ts';

/** A machine that boots unless `fields` say otherwise; of one in any other phase the boot went well. */
export function machineOf(id: string, fields: Partial<Machine> = {}): Machine {
  const { phase = 'booting' } = fields;
  return {
    id,
    phase,
    launchedAt: undefined,
    seenAt: undefined,
    serviceMs: undefined,
    heldMs: undefined,
    readyAt: undefined,
    launchToken: undefined,
    terminateId: undefined,
    version: undefined,
    spot: false,
    booted: phase === 'booting' || phase === 'gone' ? undefined : true,
    ...fields,
  };
}
