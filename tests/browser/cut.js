// Which figures are cut. Of each that can be seen: its text lies within the block around it, within what clips it
// and within the window. What can be scrolled to sideways is in reach; but a cost and a total have to be in sight.
figures => {
    const cut = [];
    const range = document.createRange();
    const seen = new Map();
    const look = at => {
        if (!seen.has(at)) {
            const {position, display, overflowX} = getComputedStyle(at);
            seen.set(at, {position, display, overflowX, box: at.getBoundingClientRect()});
        }
        return seen.get(at);
    };
    const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
    const complain = (element, why) =>
        cut.push(`${element.textContent.trim().slice(0, 40)} (.${element.className}): ${why}`);
    for (const element of document.querySelectorAll(figures)) {
        if (!/[0-9]/.test(element.textContent) || !element.checkVisibility({visibilityProperty: true})) continue;
        if (element.closest('.sr-only')) continue;
        range.selectNodeContents(element);
        const text = range.getBoundingClientRect();
        if (!text.width) continue;
        let at = element, block = null;
        for (; at && at !== document.body; at = at.parentElement) {
            const {box, ...style} = look(at);
            if (style.position === 'fixed') break;
            if (!block && style.display !== 'inline' && style.display !== 'contents') {
                block = at;
                if (!within(text, box)) complain(element, `reaches out of its block by ${Math.round(text.right - box.right)} px`);
            }
            const scrolls = ['auto', 'scroll'].includes(style.overflowX);
            if (scrolls && !element.matches('.cost, .total')) break;
            if (style.overflowX !== 'visible' && !within(text, box)) complain(element, `is cut by .${at.className}`);
        }
        if (at === document.body && (text.left < -1 || text.right > innerWidth + 1)) complain(element, 'lies outside of the window');
    }
    const sideways = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (sideways > 0) cut.push(`the page is ${sideways} px too wide`);
    return [...new Set(cut)].slice(0, 5);
}
