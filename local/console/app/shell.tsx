import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useConnection } from './data/events.ts';
import { PAGE } from './data/page-state.ts';
import { KeysDialog } from './keys-dialog.tsx';
import { Icon } from './parts/icon.tsx';
import { useKeys } from './parts/use-keys.ts';
import { navigate, type Place } from './router.ts';
import { THEMES, useTheme } from './theme.ts';

/** The frame around every view, with the navigation. */
export function Shell({ place, children }: { place: Place; children: ComponentChildren }) {
  const [theme, setTheme] = useTheme();
  const [helping, setHelping] = useState(false);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  useKeys({
    '?': () => setHelping(true),
    1: () => navigate('/'),
    2: () => navigate('/flow'),
    3: () => navigate('/try'),
  });
  return (
    <>
      <header class="bar">
        <a class="brand" href="/" aria-label="mail-pipeline">
          <Icon name="mail" />
          <span>mail-pipeline</span>
        </a>
        <nav aria-label="Views">
          <View to="/" at={place}>
            Mails
          </View>
          <View to="/flow" at={place}>
            Flow
          </View>
          {PAGE.place.kind === 'local' && (
            <View to="/try" at={place}>
              Try
            </View>
          )}
        </nav>
        <Live />
        <button class="button quiet" type="button" onClick={() => setHelping(true)} aria-label="Keys" title="Keys (?)">
          <Icon name="keyboard" />
        </button>
        <button
          class="button quiet"
          type="button"
          onClick={() => setTheme(next)}
          aria-label={`Theme: ${theme}`}
          title={`Theme: ${theme}`}
        >
          <Icon name="theme" />
        </button>
      </header>
      <main>{children}</main>
      {helping && <KeysDialog close={() => setHelping(false)} />}
    </>
  );
}

function View({ to, at, children }: { to: string; at: Place; children: string }) {
  const current = to === '/' ? at.path === '/' || at.path.startsWith('/mails/') : at.path === to;
  return (
    <a href={to} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  );
}

const CONNECTIONS = { connecting: '…', live: 'live', lost: 'offline' } as const;

/** Name of the pipeline, and the state of the live connection. */
function Live() {
  const connection = useConnection();
  return (
    <span class={`live ${connection}`} role="status">
      <span class="place ellipsis">{PAGE.place.name}</span>
      <span class="state">{CONNECTIONS[connection]}</span>
    </span>
  );
}
