/** esbuild bundles all style sheets into one. */
declare module '*.css';
