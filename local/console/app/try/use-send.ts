import { useState } from 'preact/hooks';
import type { SendRequest, SentMail } from '../../api/api.ts';
import { CallError, call } from '../data/call.ts';

export interface Sending {
  busy: boolean;
  /** What the edge answered; null before. */
  sent: readonly SentMail[] | null;
  error: string | null;
  send: (request: SendRequest) => Promise<void>;
}

export function useSend(): Sending {
  const [state, setState] = useState<Omit<Sending, 'send'>>({ busy: false, sent: null, error: null });
  const send = async (body: SendRequest) => {
    setState({ ...state, busy: true });
    try {
      const { mails } = await call('POST /api/send', { body });
      setState({ busy: false, sent: mails, error: null });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setState({ busy: false, sent: null, error: error.message });
    }
  };
  return { ...state, send };
}
