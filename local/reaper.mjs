// Outlives the launcher by a moment: when the launcher is gone, however it went, its children are killed.
// The launcher names them on our standard input, `+PID` and `-PID` a line; its end is the end of that input.
import { createInterface } from 'node:readline';

const children = new Set();
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) children.add(pid);
  else children.delete(pid);
}
for (const pid of children) {
  try {
    process.kill(-pid, 'SIGKILL'); // the child leads a group of its own: what it started goes with it
  } catch {
    // it was gone already
  }
}
