const LOOK_MS = 100;

/**
 * When npm started this program and was killed, the program ends too: otherwise nobody could stop it, and the next
 * start would find the directory and the ports in use. A shell that starts it in the background and exits is no reason
 * to end.
 */
export function endWithLauncher(env: NodeJS.ProcessEnv): void {
  if (env['npm_lifecycle_event'] === undefined) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
}
