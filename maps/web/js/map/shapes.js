// Keep the one outline of every symbol, drawn alike on the map and in the lists, in a box of 20 by 20.

/** @type {Record<string, string>} */
export const SHAPES = {
  district: "M10 1.2 18.8 10 10 18.8 1.2 10Z",
  town: "M3 3H17V17H3Z",
  village: "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15Z",
  specialist: "M10 1.8 18.8 17.2H1.2Z",
  volunteer: "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15Z",
  request: "M7 1.8H13V7H18.2V13H13V18.2H7V13H1.8V7H7Z",
};

/** Where a number stands in a shape that is not even. @type {Record<string, number>} */
export const NUMBER_Y = { specialist: 12.4 };

/** The glyph that stands for a tier in text. @type {Record<string, string>} */
export const GLYPHS = {
  district: "◆",
  town: "■",
  village: "●",
  specialist: "▲",
  volunteer: "○",
  request: "✚",
};

/** Which shape a team has: its tier's, or the cross of a requested service.
 * @param {{tier: string, command: string}} team */
export function shapeOf(team) {
  return team.command === "request" ? "request" : team.tier;
}
