/** The second argument of a client's `send`. */
export const abortable = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
