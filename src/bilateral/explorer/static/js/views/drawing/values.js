/** Figures as the source writes them, with their unit, in the reader's language. */

const RANK = "https://w3id.org/bilateral/concept/rank";
const PERCENT = "https://w3id.org/bilateral/concept/percent";

/** @typedef {"amount" | "percent" | "rank"} Form */

/** @returns {Form} what a figure with that unit is: an amount of something, a percentage, a rank. */
export function formOf(unit) {
  return unit === RANK ? "rank" : unit === PERCENT ? "percent" : "amount";
}

/**
 * The value of an observation's row: "708.1 million USD", "10.6%", "rank 2".
 * @param {any} app
 * @param {Record<string, any>} row with ?value, ?unit, and ?powerOfTen where it has one
 */
export function valueText(app, row) {
  if (!row.value) return "";
  if (formOf(row.unit?.value) === "rank") {
    return app.t("figures.rank", { rank: app.fmt.number(row.value.value) });
  }
  if (formOf(row.unit?.value) === "percent") {
    return app.t("figures.percent", { value: app.fmt.number(row.value.value) });
  }
  return app.fmt.number(row.value.value, { mult: power(row), unit: row.unitCode?.value });
}

/** The power of ten of a row's value, 0 where it has none. */
export function power(row) {
  return row.powerOfTen ? Number(row.powerOfTen.value) : 0;
}

/** A row's unit: its code where it has one (USD), else its name. */
export function unitText(row) {
  return row.unitCode?.value ?? row.unitLabel?.value ?? "";
}
