import './style/all.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { followLinks } from './router.ts';
import { applyTheme } from './theme.ts';

applyTheme();
followLinks();
const root = document.getElementById('app');
if (root !== null) {
  // What programs without scripts read.
  root.replaceChildren();
  render(<App />, root);
}
