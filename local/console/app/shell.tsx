import type { ComponentChildren } from 'preact';
import { Icon } from './parts/icon.tsx';
import type { Place } from './router.ts';
import { THEMES, useTheme } from './theme.ts';

/** What is around every view: where one is, where one can go. */
export function Shell({ place, children }: { place: Place; children: ComponentChildren }) {
  const [theme, setTheme] = useTheme();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <>
      <header class="bar">
        <a class="brand" href="/">
          mail-pipeline
        </a>
        <nav aria-label="Views">
          <View to="/" at={place}>
            Mails
          </View>
          <View to="/flow" at={place}>
            Flow
          </View>
          <View to="/try" at={place}>
            Try
          </View>
        </nav>
        <button class="button quiet" type="button" onClick={() => setTheme(next)} aria-label={`Theme: ${theme}`}>
          <Icon name="theme" />
        </button>
      </header>
      <main>{children}</main>
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
