// What is too small for a thumb.

/** The least target, in CSS pixels. */
const TARGET_PX_MIN = 48;

/** The targets of a tablet's screen and of what lies over it that are smaller than a thumb. */
export function tooSmall(page) {
  return page.evaluate((min) => {
    const targets = 'a, button, input, select, [role="option"]';
    return [...document.querySelectorAll(`.tablet :is(${targets}), dialog :is(${targets})`)]
      .filter((target) => target.checkVisibility({ visibilityProperty: true }))
      .map((target) => target.closest('label.check, label.sector') ?? target.closest('.stepper, .amount') ?? target)
      .map((target) => ({ target, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width < min - 0.5 || box.height < min - 0.5)
      .map(({ target, box }) => `${target.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`);
  }, TARGET_PX_MIN);
}
