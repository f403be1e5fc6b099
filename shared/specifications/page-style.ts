/** Light and dark by the reader's own setting; one column, so that a phone shows what a desk does. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dce2, #3a3f47); --soft: light-dark(#f4f5f7, #1f2329); --link: light-dark(#0b57b0, #8ab8f5); --quiet: light-dark(#545c68, #a9b1bd); }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: light-dark(#1a1d21, #e6e8eb); background: light-dark(#fff, #14171b); overflow-wrap: anywhere; }
a { color: var(--link); }
nav a { display: inline-block; padding: .25rem .75rem .25rem 0; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2rem 0 .5rem; }
h4 { margin: 1rem 0 .25rem; }
code, pre { font: .9em/1.4 ui-monospace, monospace; }
pre { background: var(--soft); border-radius: .4rem; padding: .75rem; overflow-x: auto; }
dt { margin-top: .5rem; }
dd { margin: 0 0 0 1rem; }
dd dl { border-left: 2px solid var(--line); padding-left: .75rem; }
small { color: var(--quiet); font-size: .9em; }
details { border-top: 1px solid var(--line); }
summary { padding: .5rem 0; cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;
