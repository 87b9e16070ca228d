/** The name and version that package.json holds; it lies outside of what TypeScript compiles. */

declare function require(path: '../package.json'): { name: string; version: string };

export const { name: MODULE, version: VERSION } = require('../package.json');
