import { Dialog } from './parts/dialog.tsx';

const KEYS = [
  [['/'], 'Search'],
  [['↑', '↓'], 'Mail above, mail below; also k and j'],
  [['Enter'], 'Open the mail'],
  [['x'], 'Choose the mail, for several at once'],
  [['Shift ↑', 'Shift ↓'], 'Choose a range; also Shift and a click'],
  [['Esc'], 'Back to the list; choose none'],
  [['1', '2', '3'], 'Mails, flow, try'],
  [['?'], 'This list'],
] as const;

export function KeysDialog({ close }: { close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <dl class="facts keys">
        {KEYS.map(([keys, what]) => (
          <>
            <dt>
              {keys.map((key) => (
                <>
                  <kbd>{key}</kbd>{' '}
                </>
              ))}
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}
