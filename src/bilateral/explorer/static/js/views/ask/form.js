/** The form of a question, made from its parameters. */

import { compact, expand } from "../../terms.js";
import { suggestBox } from "./suggest.js";

/** A day, a month, or a year. */
const DATE = String.raw`\d{4}(-\d{2}(-\d{2})?)?`;

/**
 * @param {any} app @param {any} question @param {Record<string, string>} values
 * @param {{change: (values: Record<string, string>) => void, classes: () => Promise<{iri: string, label: string}[]>}} on
 * @returns {HTMLElement | null} null for a question that takes nothing
 */
export function formOf(app, question, values, on) {
  const { h } = app;
  if (!question.parameters.length) return null;
  const given = { ...values };
  const set = (name, value) => {
    if (value) given[name] = value;
    else delete given[name];
    on.change({ ...given });
  };
  const fields = question.parameters.map((parameter) => fieldOf(app, question, parameter, given, set, on.classes));
  const element = h("form", { class: "parameters", novalidate: true, on: { submit: (event) => event.preventDefault() } }, fields);
  return element;
}

/** @param {any} app @param {any} parameter its name in the reader's language, or as the question has it */
export function nameOf(app, parameter) {
  const key = `ask.parameter.${parameter.name}`;
  const text = app.t(key);
  return text === key ? parameter.name : text;
}

function fieldOf(app, question, parameter, given, set, classes) {
  const { h } = app;
  const id = `parameter-${question.name}-${parameter.name}`;
  const value = given[parameter.name] ?? "";
  const control = controlOf(app, id, parameter, value, (text) => set(parameter.name, text), classes);
  const help = parameter.type === "lang" ? "" : parameter.help;
  const label = h("label", { for: id, lang: app.lang }, nameOf(app, parameter),
    parameter.required && h("span", { class: "required" }, ` ${app.t("ask.form.required")}`));
  if (help) control.querySelector?.("input, select")?.setAttribute("aria-describedby", `${id}-help`);
  return h("div", { class: `field ${parameter.type}` }, label, control, help && h("small", { id: `${id}-help`, lang: "en" }, help));
}

function controlOf(app, id, parameter, value, set, classes) {
  const { h } = app;
  const standard = parameter.default ?? "";
  if (parameter.type === "lang") {
    const options = app.languages.filter((one) => !parameter.allowed.length || parameter.allowed.includes(one.id));
    return boxed(app, selectOf(app, id, options.map((one) => [one.id, one.name]), value, app.t("ask.form.reader"), set));
  }
  if (parameter.allowed.length) {
    const names = parameter.allowed.map((one) => [one, parameter.type === "iri" ? app.label(expand(one)) : one]);
    const select = selectOf(app, id, names, value || standard, standard ? null : app.t("ask.form.any"), set);
    if (parameter.type === "iri") {
      app.labels(parameter.allowed.map(expand)).then(() => {
        for (const option of select.options) if (option.value) option.textContent = app.label(expand(option.value));
      });
    }
    return boxed(app, select);
  }
  if (parameter.type === "class") {
    const select = selectOf(app, id, value ? [[value, value]] : [], value, app.t("ask.form.any"), set);
    classes().then((found) => {
      const options = found.map(({ iri, label }) => h("option", { value: compact(iri) }, label));
      select.replaceChildren(h("option", { value: "" }, app.t("ask.form.any")), ...options);
      select.value = value;
    });
    return boxed(app, select);
  }
  if (parameter.type === "iri") {
    return suggestBox(app, { id, value, required: parameter.required, search: (text) => app.search.find(text), onPick: set });
  }
  const number = parameter.type === "integer";
  const date = parameter.type === "date";
  const input = h("input", {
    type: "text", id, value: value || standard, required: parameter.required, spellcheck: "false", autocomplete: "off",
    inputmode: number ? "numeric" : null, pattern: date ? DATE : number ? "[+-]?[0-9]+" : null,
    placeholder: date ? app.t("ask.form.date") : null,
    on: { change: () => {
      const right = input.checkValidity();
      input.toggleAttribute("aria-invalid", !right);
      if (right) set(input.value.trim());
    } },
  });
  return boxed(app, input);
}

const boxed = (app, control) => app.h("div", { class: "control" }, control);

function selectOf(app, id, options, value, none, set) {
  const select = app.h(
    "select",
    { id, on: { change: () => set(select.value) } },
    none !== null && app.h("option", { value: "" }, none),
    options.map(([key, label]) => app.h("option", { value: key }, label)),
  );
  select.value = value;
  return select;
}
