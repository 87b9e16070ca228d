import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    // The default of five seconds is short on a busy machine.
    testTimeout: 60_000,
    setupFiles: 'test/setup.ts',
    // JupyterLab shares it, and it is not among the packages here.
    alias: { bqplot: new URL('test/map/bqplot.ts', import.meta.url).pathname },
    // Made for a bundler: Node does not find what these import.
    server: { deps: { inline: [/@jupyter/] } }
  }
});
