/** Fails where modules import each other in a circle. Imports of types alone count too: they tie two files together as well. */

import { readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { argv, exit } from 'node:process';
import ts from 'typescript';

const config = argv[2] ?? 'tsconfig.test.json';
const { config: json } = ts.readConfigFile(config, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config));
const files = new Set(fileNames.map(ts.sys.resolvePath));

/** Files of the project that a file imports, in whichever way. */
function importsOf(file) {
  return ts
    .preProcessFile(readFileSync(file, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => ts.resolveModuleName(fileName, file, options, ts.sys))
    .map(({ resolvedModule }) => resolvedModule?.resolvedFileName)
    .filter(found => files.has(found));
}

const circles = [];
const done = new Set();

function walk(file, path) {
  const at = path.indexOf(file);
  if (at >= 0) {
    circles.push([...path.slice(at), file]);
  } else if (!done.has(file)) {
    importsOf(file).forEach(next => walk(next, [...path, file]));
    done.add(file);
  }
}

files.forEach(file => walk(file, []));
circles.forEach(circle => console.error(`circle: ${circle.map(file => relative('.', file)).join(' → ')}`));
if (circles.length) {
  exit(1);
}
console.log(`${files.size} modules import each other in no circle`);
