// Runs a Python program in Pyodide: node browser.mjs PYODIDE.MJS FOLDER PROGRAM
// FOLDER is what Python may import beside its own standard library.
const [pyodide, folder, program] = process.argv.slice(2);
const { readFileSync } = await import("node:fs");
const { pathToFileURL } = await import("node:url");
const { loadPyodide } = await import(pathToFileURL(pyodide));
const python = await loadPyodide({ stdout: (line) => console.log(line) });
python.FS.mkdirTree("/house");
python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, "/house");
python.runPython("import sys; sys.path.insert(0, '/house')");
try {
  python.runPython(readFileSync(program, "utf8"));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
