// A mouse without a watcher. While a button is pressed, Playwright's own asks at every move, with scripts in the page,
// whether something is being dragged: work that no visitor's page has, in the frames that are to be measured.

/** The left button of the browser's mouse, in a session of the page. */
export function mouse(session) {
  let place = { x: 0, y: 0 };
  const send = (type, buttons) =>
    session.send("Input.dispatchMouseEvent", { type, ...place, buttons, button: "left", clickCount: type === "mouseMoved" ? 0 : 1 });
  return {
    async press(x, y) {
      place = { x, y };
      await send("mouseMoved", 0);
      await send("mousePressed", 1);
    },
    /** Goes there in so many steps, each when the page has taken the one before. */
    async drag(x, y, steps) {
      const from = place;
      for (let step = 1; step <= steps; step += 1) {
        const share = step / steps;
        place = { x: from.x + (x - from.x) * share, y: from.y + (y - from.y) * share };
        await send("mouseMoved", 1);
      }
    },
    release: () => send("mouseReleased", 0),
  };
}
