//! What a form lets a visitor choose: lists, boxes and days. A choice carries nothing of the
//! canary; it opens the fields that depend on it, and shows which tags tell on it.

use crate::crawl::window::Window;
use crate::dom::{DomError, Element};

/// What can be chosen. Birthdays are typed like other pieces of the canary.
pub(super) const CHOICES: &str =
    "select, input[type=radio], input[type=checkbox], input[type=date]";

/// Chooses, and says how: `set`, `toggle` (a click is wanted), or nothing.
///
/// Only where a form asks for words as well: other lists lead to another page, language or
/// order. Nothing is agreed to, and nothing that is chosen already is changed.
const CHOOSE: &str = "function () {
    const form = this.form;
    const words = 'textarea, input:not([type]), input[type=text], input[type=email], input[type=tel]';
    if (!form || this.disabled || this.readOnly || !form.querySelector(words)) return '';
    if (this.closest('[role=search], search') || form.querySelector('input[type=password]')) return '';
    const labels = [...(this.labels ?? [])].map(label => label.textContent).join(' ');
    const told = [this.name, this.id, labels, this.getAttribute('aria-label')].join(' ').toLowerCase();
    if (/agree|consent|terms|privacy|subscri|newsletter|marketing|opt.?in|remember|lang|locale|country|currency|sort/.test(told)) return '';
    if (/location|href|open|submit/i.test((this.getAttribute('onchange') ?? '') + (this.getAttribute('onclick') ?? ''))) return '';
    const changed = () => {
        for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
        return 'set';
    };
    if (this.localName === 'select') {
        if (this.multiple || this.selectedIndex > 0) return '';
        const open = [...this.options].filter(option => option.index > 0 && option.value !== '' && !option.disabled);
        const birth = ['1971', '29', '03', '3', 'march', 'mar', 'marzo', 'mars', 'märz'];
        const named = open.map(option => [option, birth.indexOf(option.text.trim().toLowerCase())]);
        const best = named.filter(([, at]) => at >= 0).sort((a, b) => a[1] - b[1])[0]?.[0] ?? open[0];
        if (!best) return '';
        this.selectedIndex = best.index;
        return changed();
    }
    if (this.type === 'date') {
        if (this.value || /birth|dob|bday|nacim|naiss|geburt/.test(told)) return '';
        this.value = this.min || this.max || '2031-03-28';
        return changed();
    }
    const group = [...form.elements].filter(other => other.type === this.type && other.name === this.name);
    return group.some(other => other.checked) ? '' : 'toggle';
}";

/// Chooses in one list or box; whether it was done.
pub(super) async fn choose<W: Window>(window: &W, element: &Element) -> Result<bool, DomError> {
    match window.call(element, CHOOSE).await?.as_str() {
        Some("set") => Ok(true),
        Some("toggle") => window.toggle(element).await.map(|()| true),
        _ => Ok(false),
    }
}
