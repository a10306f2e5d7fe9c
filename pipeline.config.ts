import { defineConfig } from './core/config/define-config.ts';

// Every setting, its unit and its default: docs/configuration.md. An invalid value fails with its name and the remedy.
export default defineConfig({
  domains: [],
});
