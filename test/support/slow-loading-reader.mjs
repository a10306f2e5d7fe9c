// The misbehaving reader, but it takes longer to load than mails wait for a thread of their own.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
await import('./misbehaving-reader.mjs');
