// The list of errors, its filters and the sorting of tables. Text of documents and predictions becomes text nodes and
// attribute values only; nothing is parsed as HTML.
"use strict";
(() => {
  const STEP = 50;
  const PLURAL = { mention: "mentions", event: "events", argument: "arguments" };
  // The error classes that the margins of a matrix count; its square counts all others.
  const KINDS = {
    misplaced: ["boundary", "right entity wrong mention", "attached to the wrong event"],
    missed: ["missed"],
    spurious: ["spurious", "duplicate", "ungrounded"],
  };
  const OUTSIDE = Object.values(KINDS).flat();
  const $ = (id) => document.getElementById(id);
  const { errors, classes } = JSON.parse($("report-data").textContent);
  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  // ---------------------------------------------------------------- tables

  const valueOf = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(number) ? text : number;
  };
  const compare = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? 1 : -1;
  };
  document.querySelectorAll("table.sortable").forEach((table) => {
    const headings = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    headings.forEach((heading, column) => heading.querySelector("button")?.addEventListener("click", () => {
      // Numbers sort from the highest first, words from A.
      const first = column ? "descending" : "ascending";
      const other = column ? "ascending" : "descending";
      const order = heading.getAttribute("aria-sort") === first ? other : first;
      headings.forEach((h) => h.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => sign * compare(valueOf(a, column), valueOf(b, column)));
      table.tBodies[0].append(...rows);
    }));
  });
  $("variants")?.addEventListener("change", (event) => document.body.classList.toggle("variants", event.target.checked));
  if (!$("list")) return;

  // ---------------------------------------------------------------- what is shown

  const nothing = () => ({ layers: new Set(), classes: new Set(), type: "", document: "", words: "", pick: null });
  let state = nothing();
  let shown = errors.list;
  let drawn = 0;

  const frames = (error) => [error.gold_event, error.pred_event].filter((i) => i !== undefined && i !== null).map((i) => errors.frames[i]);
  const eventTypes = (error) => [...new Set(frames(error).map((f) => f.label))];
  errors.list.forEach((error, number) => {
    error.number = number + 1;
    const own = [error.gold?.label, error.pred?.label].filter((label) => label !== undefined);
    error.labels = new Set([...own.map((label) => `${error.layer}\t${label}`), ...eventTypes(error).map((label) => `event\t${label}`)]);
  });
  const wordsOf = (error) => {
    error.words ??= [
      errors.documents[error.document].id, errors.documents[error.document].title, error.error,
      ...[...error.labels].map((label) => label.split("\t")[1]),
      error.gold?.note, error.pred?.note, ...error.contexts.map((i) => errors.contexts[i].text),
    ].join("\n").toLowerCase();
    return error.words;
  };
  const picked = (error, pick) => {
    if (error.layer !== pick.layer || error.error === "realis") return false;
    if (pick.gold !== undefined && error.gold?.label !== pick.gold) return false;
    if (pick.pred !== undefined && error.pred?.label !== pick.pred) return false;
    return pick.kind ? KINDS[pick.kind].includes(error.error) : !OUTSIDE.includes(error.error);
  };
  const tests = {
    layers: (e) => !state.layers.size || state.layers.has(e.layer),
    classes: (e) => !state.classes.size || state.classes.has(e.error),
    type: (e) => !state.type || e.labels.has(state.type),
    document: (e) => state.document === "" || e.document === Number(state.document),
    words: (e) => !state.words || wordsOf(e).includes(state.words.toLowerCase()),
    pick: (e) => !state.pick || picked(e, state.pick),
  };
  // The errors that pass all filters but one: the counts beside the choices of that one.
  const through = (but) => {
    const active = Object.entries(tests).filter(([name]) => name !== but).map(([, test]) => test);
    return errors.list.filter((error) => active.every((test) => test(error)));
  };
  const tally = (list, keys) => {
    const counts = new Map();
    for (const error of list) for (const key of keys(error)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  };

  // ---------------------------------------------------------------- one error

  // Offsets count code points, JavaScript strings code units.
  const points = (context) => (context.points ??= Array.from(context.text));

  // The text in pieces between the boundaries of spans, since spans may nest and cross.
  const marked = (context, marks) => {
    const chars = points(context);
    const low = context.start;
    const high = low + chars.length;
    const inside = marks.filter((m) => m.start < high && m.end > low && m.start >= 0);
    const cuts = new Set([low, high]);
    inside.forEach((m) => { cuts.add(Math.max(m.start, low)); cuts.add(Math.min(m.end, high)); });
    const edges = [...cuts].sort((a, b) => a - b);
    const out = make("p");
    out.dir = "auto";
    if (context.before) out.append(make("span", "cut", "…\u00a0"));
    edges.slice(0, -1).forEach((from, i) => {
      const to = edges[i + 1];
      const here = inside.filter((m) => m.start <= from && m.end >= to);
      const text = chars.slice(from - low, to - low).join("");
      if (!here.length) out.append(text);
      else {
        const piece = make("span", [...new Set(here.map((m) => m.kind))].join(" "), text);
        piece.title = here.map((m) => m.label).join(", ");
        out.append(piece);
      }
      inside.filter((m) => m.end === to && m.tag).forEach((m) => out.append(make("span", m.kind === "mark" ? "label mine" : "label", m.label)));
    });
    if (context.after) out.append(make("span", "cut", "\u00a0…"));
    return out;
  };
  const other = ([start, end, label]) => ({ start, end, label, kind: "other" });
  const marksOf = (error, side) => {
    const item = error[side];
    const marks = [];
    const frame = errors.frames[error[`${side}_event`]];
    if (error.layer !== "argument") error.contexts.forEach((i) => marks.push(...(errors.contexts[i][side][error.layer] ?? []).map(other)));
    else if (frame) {
      marks.push({ start: frame.start, end: frame.end, label: frame.label, kind: "trigger", tag: true });
      marks.push(...frame.arguments.map(other));
    }
    const there = error[side === "gold" ? "pred" : "gold"];
    if (item) marks.push({ start: item.start, end: item.end, label: nameOf(item), kind: "mark", tag: true });
    else if (there) marks.push({ start: there.start, end: there.end, label: "nothing here", kind: "ghost" });
    return marks;
  };
  const nameOf = (item) => (item.note && item.start >= 0 ? `${item.label} ${item.note}` : item.label);
  const NOTHING = { mention: "no such mention", event: "no such event", argument: "no such argument" };
  const sideOf = (error, side, title) => {
    const item = error[side];
    const heading = make("h4", "", `${title}: `, item ? make("b", "", nameOf(item)) : NOTHING[error.layer]);
    const frame = errors.frames[error[`${side}_event`]];
    if (error.layer === "argument") heading.append(frame ? ` of ${frame.label}` : ", no such event");
    const box = make("div", `side ${side}`, heading);
    if (item && item.start < 0) box.append(make("p", "lost", `not in the text: ${item.note ?? "?"}`));
    box.append(...error.contexts.map((i) => marked(errors.contexts[i], marksOf(error, side))));
    return box;
  };
  const card = (error) => {
    const facts = errors.documents[error.document];
    const names = [error.gold, error.pred].map((item) => (item ? nameOf(item) : null));
    const labels = names[0] !== null && names[1] !== null && names[0] !== names[1] ? `${names[0]} → ${names[1]}` : names[0] ?? names[1];
    const where = make("span", "where", [facts.id, facts.genre].filter(Boolean).join(" · "));
    const heading = make("h3", "", make("span", "class", error.error), make("span", "", `${error.layer} ${labels}`), where);
    const box = make("article", "", heading, make("div", "sides", sideOf(error, "gold", "Gold"), sideOf(error, "pred", "Prediction")));
    box.tabIndex = 0;
    box.setAttribute("aria-label", `${error.error}, ${error.layer}, ${labels}, ${facts.id}`);
    return box;
  };
  const more = () => {
    $("list").append(...shown.slice(drawn, drawn + STEP).map(card));
    drawn = Math.min(drawn + STEP, shown.length);
    count();
  };
  const count = () => {
    const number = (n) => n.toLocaleString("en");
    const all = shown.length === errors.list.length ? "" : ` of ${number(errors.list.length)}`;
    const loaded = drawn < shown.length ? `, the first ${number(drawn)} shown` : "";
    $("count").replaceChildren(make("b", "", number(shown.length)), `${all} errors${loaded}`);
    $("more").parentElement.hidden = drawn >= shown.length;
    $("more").textContent = `Show ${number(Math.min(STEP, shown.length - drawn))} more`;
  };

  // ---------------------------------------------------------------- filters

  const boxes = (id, name, values, titleOf) => values.forEach((value) => {
    const box = make("input");
    box.type = "checkbox";
    box.value = value;
    box.addEventListener("change", () => {
      state[name][box.checked ? "add" : "delete"](value);
      update();
    });
    $(id).append(make("label", "", box, make("span", "", titleOf(value)), make("span", "count")));
  });
  const options = (select, all, groups) => {
    select.append(new Option(all, ""));
    groups.forEach(([title, choices]) => {
      const group = title ? make("optgroup") : select;
      if (title) {
        group.label = title;
        select.append(group);
      }
      choices.forEach(([value, title]) => {
        const option = new Option(title, value);
        option.dataset.title = title;
        group.append(option);
      });
    });
  };
  const typeGroups = () => {
    const met = [...tally(errors.list, (e) => e.labels).keys()].sort();
    const of = (layer) => met.filter((key) => key.startsWith(`${layer}\t`)).map((key) => [key, key.split("\t")[1]]);
    return [["Entity types", of("mention")], ["Event types", of("event")], ["Roles", of("argument")]].filter(([, some]) => some.length);
  };
  const recount = () => {
    for (const [id, name, key] of [["filter-layer", "layers", (e) => [e.layer]], ["filter-class", "classes", (e) => [e.error]]]) {
      const counts = tally(through(name), key);
      $(id).querySelectorAll("label").forEach((label) => {
        const n = counts.get(label.firstChild.value) ?? 0;
        label.lastChild.textContent = n.toLocaleString("en");
        label.classList.toggle("none", !n);
        label.firstChild.checked = state[name].has(label.firstChild.value);
      });
    }
    for (const [id, name, key] of [["filter-type", "type", (e) => e.labels], ["filter-document", "document", (e) => [String(e.document)]]]) {
      const counts = tally(through(name), key);
      $(id).querySelectorAll("option[data-title]").forEach((option) => {
        option.textContent = `${option.dataset.title} (${(counts.get(option.value) ?? 0).toLocaleString("en")})`;
      });
      $(id).value = state[name];
    }
  };
  const update = () => {
    shown = through();
    drawn = 0;
    $("list").replaceChildren();
    more();
    recount();
    const pick = state.pick;
    $("picked").hidden = !pick;
    if (pick) {
      const drop = make("button", "", "Show all");
      drop.type = "button";
      drop.addEventListener("click", () => { state.pick = null; update(); $("search").focus(); });
      const labels = [["gold", pick.gold], ["predicted", pick.pred]].filter(([, label]) => label !== undefined).map(([side, label]) => `${side} ${label}`);
      $("picked").replaceChildren(`From the matrix: ${[PLURAL[pick.layer], ...labels, ...(pick.kind ? [pick.kind] : [])].join(", ")} `, drop);
    }
    remember();
  };
  const clear = () => {
    state = nothing();
    $("search").value = "";
    update();
  };

  // The address keeps the filters, so that a view can be shared.
  const remember = () => {
    const query = new URLSearchParams();
    state.layers.forEach((x) => query.append("layer", x));
    state.classes.forEach((x) => query.append("class", x));
    if (state.type) query.set("type", state.type);
    if (state.document !== "") query.set("document", errors.documents[Number(state.document)].id);
    if (state.words) query.set("q", state.words);
    if (state.pick) query.set("cell", JSON.stringify(state.pick));
    if (query.size) history.replaceState(null, "", `#errors?${query}`);
    else if (location.hash.startsWith("#errors?")) history.replaceState(null, "", "#errors");
  };
  const recall = () => {
    if (!location.hash.startsWith("#errors?")) return false;
    const query = new URLSearchParams(location.hash.slice("#errors?".length));
    state = nothing();
    query.getAll("layer").forEach((x) => state.layers.add(x));
    query.getAll("class").forEach((x) => state.classes.add(x));
    state.type = query.get("type") ?? "";
    const at = errors.documents.findIndex((d) => d.id === query.get("document"));
    state.document = at < 0 ? "" : String(at);
    state.words = $("search").value = query.get("q") ?? "";
    try {
      const pick = JSON.parse(query.get("cell") ?? "null");
      state.pick = pick && pick.layer in PLURAL && (!pick.kind || pick.kind in KINDS) ? pick : null;
    } catch {
      state.pick = null;
    }
    return true;
  };

  boxes("filter-layer", "layers", classes.map((c) => c.layer), (layer) => PLURAL[layer]);
  const met = new Set(errors.list.map((e) => e.error));
  boxes("filter-class", "classes", Object.keys(classes[0]?.counts ?? {}).filter((c) => met.has(c)), (name) => name);
  options($("filter-type"), "all", typeGroups());
  const documents = [...tally(errors.list, (e) => [e.document]).keys()].map((i) => [String(i), errors.documents[i].id]);
  options($("filter-document"), "all", [["", documents]]);
  $("filter-type").addEventListener("change", (event) => { state.type = event.target.value; update(); });
  $("filter-document").addEventListener("change", (event) => { state.document = event.target.value; update(); });
  let waiting = 0;
  $("search").addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.words = event.target.value.trim(); update(); }, 120);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("filters").addEventListener("reset", (event) => { event.preventDefault(); clear(); });
  document.querySelectorAll(".pick").forEach((button) => button.addEventListener("click", () => {
    const { class: name, ...pick } = JSON.parse(button.dataset.pick);
    state = nothing();
    $("search").value = "";
    if (name) {
      state.layers.add(pick.layer);
      state.classes.add(name);
    } else state.pick = pick;
    update();
    $("errors").scrollIntoView();
    ($("list").firstChild ?? $("search")).focus({ preventScroll: true });
  }));
  $("more").addEventListener("click", () => {
    const at = drawn;
    more();
    $("list").children[at]?.focus();
  });
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && drawn && drawn < shown.length && document.activeElement !== $("more")) more();
  }, { rootMargin: "600px" }).observe($("more"));
  $("list").addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1 }[event.key];
    const here = event.target.closest("article");
    if (!step || !here || event.ctrlKey || event.metaKey || event.altKey) return;
    if (step > 0 && !here.nextElementSibling && drawn < shown.length) more();
    const next = step > 0 ? here.nextElementSibling : here.previousElementSibling;
    next?.focus();
  });
  window.addEventListener("hashchange", () => { if (recall()) update(); });

  const recalled = recall();
  update();
  if (recalled) $("errors").scrollIntoView();
})();
