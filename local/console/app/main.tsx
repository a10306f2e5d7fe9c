import './style/all.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { followLinks } from './router.ts';
import { applyTheme } from './theme.ts';

applyTheme();
followLinks();
const root = document.getElementById('app');
if (root !== null) {
  // Removes the list for programs that run no scripts.
  root.replaceChildren();
  render(<App />, root);
}
