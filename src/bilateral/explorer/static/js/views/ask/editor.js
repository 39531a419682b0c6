/** The editor for a query: highlighting, completion, errors at their place, undo, and Ctrl-Enter. */

import {
  Compartment, Decoration, EditorState, EditorView, StateField, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, drawSelection, highlightActiveLine, highlightSpecialChars, history, historyKeymap, keymap,
  lineNumbers, lintGutter, linter, redo, redoDepth, setDiagnostics, sparql, undo, undoDepth,
} from "../../../vendor/codemirror.js";
import { tokensOf } from "../../sparql.js";
import { completionOf, termsOf } from "./complete.js";

/** So long after the last key the query is checked. */
const PAUSE = 500;
const CALL = /^(?!FILTER$|VALUES$|WHERE$|BY$|HAVING$|BIND$|ASC$|DESC$|SELECT$|DISTINCT$|EXISTS$|IN$|AS$|OPTIONAL$)/iu;

/** The class of each kind of token; a word before a parenthesis is a function. */
const CLASSES = { string: "string", iri: "iri", variable: "variable", tag: "string", blank: "variable", name: "name", number: "number", word: "keyword" };
const COMMENT = /(?:^|\s)(#[^\n]*)/gu;

/** Highlighting by our own lexer: it knows what the grammar of the editor's language does not. */
const highlighting = StateField.define({
  create: (state) => marksOf(state.doc.toString()),
  update: (marks, change) => (change.docChanged ? marksOf(change.state.doc.toString()) : marks),
  provide: (field) => EditorView.decorations.from(field),
});

function marksOf(text) {
  const tokens = tokensOf(text);
  const marks = tokens.flatMap((token, place) => {
    const call = token.kind === "word" && tokens[place + 1]?.text === "(" && CALL.test(token.text);
    const name = call ? "function" : CLASSES[token.kind];
    return name ? [Decoration.mark({ class: `sparql-${name}` }).range(token.start, token.end)] : [];
  });
  for (const match of text.matchAll(COMMENT)) {
    const from = match.index + match[0].indexOf("#");
    if (!tokens.some(({ start, end }) => start < from && from < end)) {
      marks.push(Decoration.mark({ class: "sparql-comment" }).range(from, from + match[1].length));
    }
  }
  return Decoration.set(marks, true);
}

/**
 * @param {any} app
 * @param {{text: string, run: () => void, change: (text: string) => void, check: (text: string) => Promise<any>}} how
 *   `check` gives a failure with its place, or null
 */
export function openEditor(app, { text, run, change, check }) {
  const terms = termsOf(app);
  const speaking = new Compartment();
  const phrases = () => [
    EditorState.phrases.of({ Completions: app.t("ask.editor.completions"), "No diagnostics": app.t("ask.editor.fine") }),
    EditorView.contentAttributes.of({ "aria-label": app.t("ask.editor"), lang: "en", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
  ];
  const lint = linter(
    async (view) => {
      const written = view.state.doc.toString();
      if (!written.trim()) return [];
      const failure = await check(written);
      return failure ? [markOf(view.state.doc, failure)] : [];
    },
    { delay: PAUSE },
  );
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; }, preventDefault: true }]),
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
        autocompletion({ override: [completionOf(app, terms)], icons: false, maxRenderedOptions: 60, tooltipClass: () => "completions" }),
        sparql(), highlighting, lintGutter(), lint, EditorView.lineWrapping,
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        speaking.of(phrases()),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) change(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    /** Another query, as one step that can be undone. @param {string} next */
    replace(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    focus: () => view.focus(),
    undo: () => undo(view),
    redo: () => redo(view),
    can: () => ({ undo: undoDepth(view.state) > 0, redo: redoDepth(view.state) > 0 }),
    /** Show what the engine complains of, at its place. @param {any} failure */
    complain(failure) {
      view.dispatch(setDiagnostics(view.state, failure ? [markOf(view.state.doc, failure)] : []));
    },
    /** Bring the place of a failure into sight. @param {any} failure */
    show(failure) {
      const { from } = markOf(view.state.doc, failure);
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    translate: () => view.dispatch({ effects: speaking.reconfigure(phrases()) }),
    destroy: () => view.destroy(),
  };
}

/** The engine's line and column as a stretch of the document: the word that stands there. */
function markOf(doc, { line = 1, column = 1, message }) {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  // The engine counts code points.
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
  let from = Math.min(at.from + before, at.to);
  const word = /^(?:[\p{L}\p{N}_:?$-]+|\S)/u.exec(at.text.slice(from - at.from))?.[0] ?? "";
  let to = Math.min(from + Math.max(word.length, 1), doc.length);
  if (from === to && from > 0) from -= 1;
  if (to < from) to = from;
  return { from, to, severity: "error", message };
}
