const LOOK_MS = 100;

/**
 * Started by npm, this program ends when npm was killed: nobody could stop it any more, and the next start would find
 * the directory and the ports taken. A shell that starts it in the background and leaves is no reason to end.
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
