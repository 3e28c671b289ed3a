// Highlights the events of a selected trigger, or all mentions of a selected entity; by mouse and keyboard.
const lit = (elements) => {
  document.querySelectorAll(".lit").forEach((x) => x.classList.remove("lit"));
  elements.forEach((x) => x.classList.add("lit"));
};
const cardsOf = (trigger) => trigger.dataset.events.split(" ").map((id) => document.getElementById(id));
const triggersOf = (id) =>
  [...document.querySelectorAll(".trigger")].filter((t) => t.dataset.events.split(" ").includes(id));

document.querySelectorAll(".trigger").forEach((trigger) => {
  const show = () => {
    const cards = cardsOf(trigger);
    lit([trigger, ...cards]);
    cards[0].scrollIntoView({ block: "nearest" });
  };
  trigger.addEventListener("click", (event) => { event.preventDefault(); show(); });
  trigger.addEventListener("focus", show);
});
document.querySelectorAll("article").forEach((card) => {
  const same = () => [...document.querySelectorAll("article")].filter((c) => c.dataset.cluster === card.dataset.cluster);
  const show = () => {
    const triggers = triggersOf(card.id);
    lit([...same(), ...triggers]);
    triggers[0]?.scrollIntoView({ block: "center" });
  };
  card.addEventListener("click", show);
  card.addEventListener("keydown", (event) => { if (event.key === "Enter") show(); });
});
document.querySelectorAll("#text .mention").forEach((mention) => {
  mention.addEventListener("click", (event) => {
    event.stopPropagation();
    if (event.target.closest(".trigger")) return;
    lit([...document.querySelectorAll(".mention")].filter((m) => m.dataset.entity === mention.dataset.entity));
  });
});
